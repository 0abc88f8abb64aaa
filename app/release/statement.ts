import { decide } from '../../core/release/decision';
import { PAYLOAD, type Statement, statementOf } from '../../core/release/statement';
import type { Ledger } from '../ledger/api';
import { inputFor } from './evaluate';
import { knownRelease, type ServicePorts } from './store';

/** A DSSE envelope around a statement; its signatures are of the ledger's signing key. */
export interface Envelope {
	readonly payloadType: typeof PAYLOAD;
	readonly payload: string;
	readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** What DSSE signs (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md). */
const preAuthenticated = (body: string): string =>
	`DSSEv1 ${PAYLOAD.length} ${PAYLOAD} ${Buffer.byteLength(body)} ${body}`;

/**
 * A release as an in-toto statement, and in an envelope where the ledger has a signing key. The decision is made anew, on
 * what the ledger holds now. Throws `release-unknown`, `policy-not-set`, `release-records-disagree`.
 */
export async function exportStatement(
	ports: ServicePorts & { readonly ledger: Ledger },
	id: string,
): Promise<{ readonly statement: Statement; readonly envelope: Envelope | null }> {
	const release = await knownRelease(ports, id);
	const input = await inputFor(ports, release, {});
	const statement = statementOf(input, decide(input), await ports.ledger.events.head());
	const body = JSON.stringify(statement);
	const signature = ports.ledger.sign(preAuthenticated(body));
	const envelope: Envelope | null = signature && {
		payloadType: PAYLOAD,
		payload: Buffer.from(body).toString('base64'),
		signatures: [
			{ keyid: signature.keyId, sig: Buffer.from(signature.value, 'base64url').toString('base64') },
		],
	};
	return { statement, envelope };
}
