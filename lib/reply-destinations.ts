/** URLs of queues by their ARNs. */
export function replyQueueUrls(arns: readonly string[]): string[] {
  return arns.map((arn) => {
    const [, partition, , region, account, name] = arn.split(':');
    const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return `https://sqs.${region}.${suffix}/${account}/${name}`;
  });
}
