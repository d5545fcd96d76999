#!/bin/sh
# Asks for a report: request-report-with-curl.sh QUEUE_URL LANDLORD_ID ID. Needs curl 7.88 or newer, AWS_REGION and
# credentials in the environment.
set -eu
message='{"specversion":"1.0","id":"'"$3"'","source":"/webapp","type":"property-report","data":{"landlordId":"'"$2"'"}}'
# The message travels as a text inside JSON, so its quotes and backslashes are escaped once more.
escaped=$(printf '%s' "$message" | sed 's/\\/\\\\/g; s/"/\\"/g')
curl --silent --show-error --fail-with-body "$(dirname "$(dirname "$1")")/" \
  --aws-sigv4 "aws:amz:$AWS_REGION:sqs" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
  ${AWS_SESSION_TOKEN:+--header "x-amz-security-token: $AWS_SESSION_TOKEN"} \
  --header 'content-type: application/x-amz-json-1.0' --header 'x-amz-target: AmazonSQS.SendMessage' \
  --data '{"QueueUrl":"'"$1"'","MessageBody":"'"$escaped"'"}'
