import type { IExecuteFunctions } from 'n8n-workflow';
import { bytesCodec } from '../../adapters/crypto/bytes';
import { apiAddress } from '../../adapters/n8n/address';
import { type N8nCall, n8nHost } from '../../adapters/n8n/host';
import { gateError } from '../../core/errors';
import type { WorkflowHost } from '../../app/ports/workflows';
import type { BytesCodec, SnapshotPorts } from '../../app/snapshot/ports';
import { now } from '../kit/clock';
import { directoryOf, hasDirectory } from '../kit/directory';
import { connectionOf, LEDGER_CREDENTIAL, withLedger } from '../kit/ledger';
import { originOf } from '../kit/origin';

/** Type name of our credential for an instance's public API. */
export const N8N_CREDENTIAL = 'releaseGateN8nApi';

/** The public API of the instance that the node's credential names, and its host for errors; `null` where none is chosen. */
export async function n8nCallOf(
	ctx: IExecuteFunctions,
): Promise<{ readonly call: N8nCall; readonly host: string } | null> {
	if (ctx.getNode().credentials?.[N8N_CREDENTIAL] === undefined) return null;
	const { baseUrl } = await ctx.getCredentials(N8N_CREDENTIAL);
	const base = apiAddress(baseUrl);
	if (!URL.canParse(base)) throw gateError('n8n-unreachable', { host: base || 'an empty address' });
	const call: N8nCall = async (method, path, query, body) => {
		const answer = (await ctx.helpers.httpRequestWithAuthentication.call(ctx, N8N_CREDENTIAL, {
			method,
			url: `${base}${path}`,
			qs: query,
			body,
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as { statusCode: number; body: unknown };
		return { status: answer.statusCode, body: answer.body };
	};
	return { call, host: new URL(base).host };
}

/** The workflows of the instance that the node's credential names; `null` where none is chosen. */
export async function hostOf(ctx: IExecuteFunctions): Promise<WorkflowHost | null> {
	const asked = await n8nCallOf(ctx);
	return asked && n8nHost(asked.call, asked.host);
}

/** Packs snapshots; they are sealed with the ledger's encryption key. */
async function codecOf(ctx: IExecuteFunctions): Promise<BytesCodec> {
	const chosen = ctx.getNode().credentials?.[LEDGER_CREDENTIAL] !== undefined;
	const data = chosen ? await ctx.getCredentials(LEDGER_CREDENTIAL) : undefined;
	const { encryptionKey, formerKeys } = connectionOf(data);
	return bytesCodec(encryptionKey, formerKeys);
}

/**
 * Everything the operations work with, out of the node's credentials; those that are not chosen are absent. `local`:
 * the operation reaches for the ledger only, and n8n hands it no other credential.
 */
export async function portsOf(
	ctx: IExecuteFunctions,
	progress: (sentence: string) => void,
	local: boolean,
): Promise<SnapshotPorts> {
	const ledger = await withLedger(ctx);
	return {
		ledger,
		codec: await codecOf(ctx),
		contacts: !local && hasDirectory(ctx) ? await directoryOf(ctx, ledger) : null,
		workflows: local ? null : await hostOf(ctx),
		clock: now,
		by: originOf(ctx),
		progress,
	};
}
