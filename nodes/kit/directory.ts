import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { keepLimits } from '../../app/desk/limits';
import type { Ledger } from '../../app/ledger/api';
import type { CallLimits } from '../../core/desk/limits';
import type { ContactDirectory } from '../../app/ports/contacts';

/** Type name of our HubSpot credential. */
export const HUBSPOT_CREDENTIAL = 'releaseGateHubSpotApi';

const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const limit = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

/** Whether a HubSpot credential is chosen in the node. */
export function hasDirectory(ctx: Pick<IExecuteFunctions, 'getNode'>): boolean {
	return ctx.getNode().credentials?.[HUBSPOT_CREDENTIAL] !== undefined;
}

/** What HubSpot said last of its limits to a run of a node, and in which account. */
const limitsRead = new WeakMap<object, { readonly account: string; readonly limits: CallLimits }>();

/** Names an account of a token without telling it: eight digits of a digest. */
const accountOf = (...key: readonly string[]): string =>
	createHash('sha256').update(key.join('\n')).digest('hex').slice(0, 8);

/** Keeps in the ledger what HubSpot said last of its limits, if it said any. Never fails the run: it is a figure. */
export async function keepLimitsRead(ctx: IExecuteFunctions, ledger: Ledger): Promise<void> {
	const read = limitsRead.get(ctx);
	if (read === undefined) return;
	try {
		await keepLimits(ledger, { target: 'HubSpot', account: read.account }, read.limits);
	} catch (error) {
		ctx.logger.debug(`The limits of HubSpot were not kept: ${(error as Error).message}`);
	}
}

/**
 * The HubSpot account of the node's credential. With a ledger that processes share they share its limits too. The client is
 * loaded here and not before: it is heavy.
 */
export async function directoryOf(
	ctx: Pick<IExecuteFunctions, 'getCredentials'> &
		Partial<Pick<IExecuteFunctions, 'getExecutionCancelSignal'>>,
	ledger?: Pick<Ledger, 'calls'>,
): Promise<ContactDirectory> {
	const data = await ctx.getCredentials(HUBSPOT_CREDENTIAL);
	const { createHubSpotDirectory } = await import('../../adapters/hubspot');
	const accessToken = text(data.accessToken) ?? '';
	const baseUrl = text(data.baseUrl);
	const account = accountOf(baseUrl ?? '', accessToken);
	return createHubSpotDirectory({
		accessToken,
		baseUrl,
		onLimits: (limits) => void limitsRead.set(ctx, { account, limits }),
		callsPer10Seconds: limit(data.callsPer10Seconds),
		searchesPerSecond: limit(data.searchesPerSecond),
		budget: ledger?.calls ?? null,
		...(data.pathVersion === '2026-09' ? { pathVersion: '2026-09' as const } : {}),
		signal: ctx.getExecutionCancelSignal?.(),
	});
}
