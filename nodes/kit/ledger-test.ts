import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { toGateError } from '../../core/errors/unknown';
import { connectionOf, openConnection } from './ledger';

/** Tests the ledger's credential: opens the store, asks for the spines and closes it again. Never throws. */
export async function testLedger(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	try {
		const ledger = await openConnection(connectionOf(credential.data));
		try {
			const spines = await ledger.spines.list();
			return { status: 'OK', message: `The ledger is reachable and holds ${spines.length} spine(s).` };
		} finally {
			await ledger.close();
		}
	} catch (error) {
		const { message, remedy } = toGateError(error);
		return { status: 'Error', message: `${message}. ${remedy}` };
	}
}
