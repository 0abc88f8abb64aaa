import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { toGateError } from '../../core/errors/unknown';
import { connectionOf, lookAtConnection } from './ledger';

/** Tests the ledger's credential: looks at the store without making or changing anything. Never throws. */
export async function testLedger(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	try {
		const { exists, spines } = await lookAtConnection(connectionOf(credential.data));
		const message = exists
			? `The ledger is reachable and holds ${spines} spine(s).`
			: 'There is no ledger yet, and one can be made there: the first node that uses it makes it.';
		return { status: 'OK', message };
	} catch (error) {
		const { message, remedy } = toGateError(error);
		return { status: 'Error', message: `${message}. ${remedy}` };
	}
}
