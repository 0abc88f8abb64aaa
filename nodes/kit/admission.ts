import type { IExecuteFunctions } from 'n8n-workflow';
import { lookForUngated, releasedOf } from '../../app/release';
import type { Ledger } from '../../app/ledger/api';
import { reportsUngated, type SpineRecord } from '../../core/delivery/spine-settings';
import { gateError, type ReleaseGateError } from '../../core/errors';
import { differencesText, standingOf } from '../../core/release/released';
import { now } from './clock';
import { originOf } from './origin';
import { isPinned, runningOf, startedByHand } from './running';

/** Once for an execution and spine: n8n makes one workflow object for each execution. */
const known = new WeakMap<object, Map<string, Promise<ReleaseGateError | null>>>();

/** Why a run that a person started delivers nothing for real; `null` when it runs what was released. */
async function heldByHand(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	{ settings }: SpineRecord,
): Promise<ReleaseGateError | null> {
	const { spine } = settings;
	if (settings.startedByHand === 'deliver') return null;
	const running = runningOf(ctx);
	const released = await releasedOf({ ledger, now }, spine);
	if (isPinned(ctx)) return gateError('run-by-hand', { spine, reason: 'data is pinned to its nodes' });
	if (released === null || running === null)
		return gateError('run-by-hand', { spine, reason: 'no version of it was released yet' });
	const standing = standingOf(released, running.workflow, running.fingerprint, now());
	if (standing.status === 'as-released') return null;
	const reason =
		standing.status === 'ungated' ? differencesText(standing.differences) : 'it is the version of before';
	return gateError('run-by-hand', { spine, reason });
}

async function look(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	spine: SpineRecord,
): Promise<ReleaseGateError | null> {
	if (startedByHand(ctx)) return await heldByHand(ctx, ledger, spine);
	const name = spine.settings.spine;
	const ports = { ledger, now };
	const running = runningOf(ctx);
	if (running === null) {
		const mayRun = (await releasedOf(ports, name)) === null || reportsUngated(spine.settings);
		return mayRun ? null : gateError('run-not-comparable', { spine: name });
	}
	const standing = await lookForUngated(ports, name, { ...running, by: originOf(ctx) });
	if (standing?.status === 'changing-over') return gateError('run-changing-over', { spine: name });
	if (standing?.status !== 'ungated' || reportsUngated(spine.settings)) return null;
	return gateError('run-ungated', { spine: name, differences: differencesText(standing.differences) });
}

/**
 * Whether this run may deliver for real on a spine: `null` when it may, else why not. Looked at once for an execution:
 * what runs is compared with what was released; a draft that a person started delivers to nobody.
 */
export async function holdOf(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	spine: SpineRecord,
): Promise<ReleaseGateError | null> {
	const { workflow } = ctx as unknown as { readonly workflow?: object };
	if (workflow === undefined) return await look(ctx, ledger, spine);
	const spines = known.get(workflow) ?? new Map<string, Promise<ReleaseGateError | null>>();
	known.set(workflow, spines);
	const name = spine.settings.spine;
	const before = spines.get(name);
	if (before !== undefined) return await before;
	const looking = look(ctx, ledger, spine);
	spines.set(name, looking);
	// A ledger that could not be read is asked again.
	looking.catch(() => spines.delete(name));
	return await looking;
}
