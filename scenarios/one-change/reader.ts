import { releasesOf } from '../../app/release';
import type { ReleaseBody } from '../../core/release/documents';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import type { LedgerEvent } from '../../core/delivery/events';
import { LedgerReader, pageSize } from '../../testbed/ledger-reader';
import { sandboxSpine } from '../../testbed/operate';

/** Looks at the releases of the spine in the ledger, beside the running n8n. Reads only. */
export class OneChangeReader extends LedgerReader {
	constructor(file: string, clock: () => number) {
		super(file, sandboxSpine, clock);
	}

	/** The release that was opened last; `null` before the first. */
	async newest(): Promise<{ readonly id: string; readonly body: ReleaseBody } | null> {
		return await this.look(async (ledger) => {
			const [first] = await releasesOf({ ledger, now: this.clock }, sandboxSpine);
			return first ?? null;
		});
	}

	/** The settings of the spine as they stand; `null` where there is none. */
	async settings(): Promise<SpineSettings | null> {
		return await this.look(async (ledger) => (await ledger.spines.get(sandboxSpine))?.settings ?? null);
	}

	/** Sentences of the events of a kind, oldest first. */
	async told(kind: LedgerEvent['kind']): Promise<readonly string[]> {
		return await this.look(async (ledger) => {
			const events = await ledger.events.list({ spine: sandboxSpine, kinds: [kind], limit: pageSize });
			return [...events].sort((left, right) => left.at - right.at).map(({ sentence }) => sentence);
		});
	}
}
