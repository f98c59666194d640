import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

/** All that the server at `address` holds of a transcription, as it holds it, a character a byte. */
export async function heldBy(address: string, workflowId: string): Promise<string> {
  const { History } = proto.temporal.api.history.v1;
  const { DescribeWorkflowExecutionResponse } = proto.temporal.api.workflowservice.v1;
  const connection = await Connection.connect({ address });
  try {
    const history = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
    const description = await connection.workflowService.describeWorkflowExecution({
      namespace: 'default',
      execution: { workflowId },
    });
    const parts = [
      History.encode(history).finish(),
      DescribeWorkflowExecutionResponse.encode(description).finish(),
    ];
    return Buffer.concat(parts).toString('latin1');
  } finally {
    await connection.close();
  }
}
