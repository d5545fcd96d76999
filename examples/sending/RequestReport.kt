import aws.sdk.kotlin.services.sqs.SqsClient
import aws.sdk.kotlin.services.sqs.sendMessage
import java.util.UUID
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** Asks for a report and answers the message's id. Needs aws.sdk.kotlin:sqs and kotlinx-serialization-json. */
suspend fun requestReport(sqs: SqsClient, reportQueueUrl: String, landlord: String): String {
    // The same id from the same source never does the work twice: make it of what the message is about.
    val id = UUID.randomUUID().toString()
    val message = buildJsonObject {
        put("specversion", "1.0")
        put("id", id)
        put("source", "/webapp")
        put("type", "property-report")
        putJsonObject("data") { put("landlordId", landlord) }
    }
    sqs.sendMessage {
        queueUrl = reportQueueUrl
        messageBody = message.toString()
    }
    return id
}

suspend fun main(arguments: Array<String>) {
    val (reportQueueUrl, landlord) = arguments
    SqsClient.fromEnvironment().use { sqs -> println(requestReport(sqs, reportQueueUrl, landlord)) }
}
