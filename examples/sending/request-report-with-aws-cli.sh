#!/bin/sh
# Asks for a report: request-report-with-aws-cli.sh QUEUE_URL LANDLORD_ID ID
set -eu
aws sqs send-message --queue-url "$1" --message-body \
  '{"specversion":"1.0","id":"'"$3"'","source":"/webapp","type":"property-report","data":{"landlordId":"'"$2"'"}}'
