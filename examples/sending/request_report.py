"""Asks for a report: python3 request_report.py QUEUE_URL LANDLORD_ID. Needs boto3."""
import json
import sys
import uuid

import boto3

queue_url, landlord_id = sys.argv[1:]
message = {
    "specversion": "1.0",
    # The same id from the same source never does the work twice: make it of what the message is about.
    "id": str(uuid.uuid4()),
    "source": "/webapp",
    "type": "property-report",
    "data": {"landlordId": landlord_id},
}
boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody=json.dumps(message))
print(message["id"])
