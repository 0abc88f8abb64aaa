import { parseWorkflow } from '../../core/audit/parse';
import type { SparseParameters } from '../../core/audit/fingerprint';
import { parseCadence } from '../../core/delivery/cadence';
import type { Instant } from '../../core/delivery/types';
import { ReleaseGateError } from '../../core/errors';
import { CONTACTS_TARGET } from '../ledger/context';
import type { Ledger } from '../ledger/api';
import type { InstalledWorkflow } from '../ports/installation';
import { comparePublished, releasedOf } from '../release';
import { askedBy } from '../watch/asked';
import type { LedgerFacts, SpineFacts } from './facts';

/** Most deliveries in doubt that are read of a spine. */
const MOST = 1_000;
const RHYTHMS = 8;

/** What a look at a ledger works with. */
export interface LedgerLook {
	readonly open: () => Promise<Ledger>;
	readonly now: Instant;
	readonly workflows: readonly InstalledWorkflow[];
	/** How that n8n writes parameters; `undefined` where it is not known. */
	readonly sparse: SparseParameters | undefined;
}

async function publishedOf(
	{ workflows, sparse, now }: LedgerLook,
	released: NonNullable<SpineFacts['released']>,
): Promise<SpineFacts['published']> {
	const read = async (id: string) => {
		const { published = null, settings } = workflows.find((one) => one.id === id) ?? {};
		return published && parseWorkflow({ ...published, id, settings }, `workflow ${id}`);
	};
	return await comparePublished(released, read, sparse, now);
}

async function spineFacts(look: LedgerLook, ledger: Ledger): Promise<readonly SpineFacts[]> {
	const { now } = look;
	const found: SpineFacts[] = [];
	for (const record of await ledger.spines.list()) {
		const { spine, cadence } = record.settings;
		const parsed = parseCadence(cadence);
		const doubts = await ledger.desk.doubts(spine, MOST);
		const slots = await ledger.deliveries.statistics({
			spine,
			space: 'live',
			from: now - RHYTHMS * parsed.everyMs,
			to: now + 1,
		});
		const released = await releasedOf({ ledger, now: () => now }, spine);
		found.push({
			record,
			inDoubtSince: doubts.map(({ sendingSince, registeredAt }) => sendingSince ?? registeredAt),
			over: slots
				.filter(({ closesAt }) => closesAt <= now)
				.map(({ slot, registered, committed, held }) => ({ slot, registered, committed, held })),
			published: released && (await publishedOf(look, released)),
			released,
		});
	}
	return found;
}

/** What a ledger tells; a text says why it cannot be opened or read. */
export async function ledgerFacts(look: LedgerLook): Promise<LedgerFacts | string> {
	try {
		const ledger = await look.open();
		const verdict = await ledger.events.verify();
		const explanation = 'explanation' in verdict ? String(verdict.explanation) : '';
		const ids = look.workflows.filter(({ published }) => published !== null).map(({ id }) => id);
		return {
			asked: await askedBy(ledger, ids, look.now),
			chain: { status: verdict.status, explanation },
			spines: await spineFacts(look, ledger),
			outbox: await ledger.outbox.backlog(CONTACTS_TARGET),
		};
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return error.message;
	}
}
