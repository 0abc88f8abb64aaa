import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plotter } from '../../adapters/plots/echarts';
import type { LedgerEvent } from '../../core/delivery/events';
import { gatherReport } from '../../app/report/gather';
import { reportHtml } from '../../app/report/html';
import { knownRelease, releasesOf, type StoredRelease } from '../../app/release';
import { LedgerReader } from '../../testbed/ledger-reader';
import { product } from './deeds';
import type { Ending, RollbackSeen } from './judge';

/** Looks at the train's releases in the ledger beside the running n8n. */
export class TrainReader extends LedgerReader {
	constructor(
		file: string,
		clock: () => number,
		/** Where report pages go. */
		private readonly pages: string,
	) {
		super(file, product, clock);
	}

	async release(id: string): Promise<StoredRelease> {
		return this.look((ledger) => knownRelease({ ledger, now: this.clock }, id));
	}

	/** Every release, where it stands, and the gate's last word; oldest first. */
	async endings(): Promise<readonly Ending[]> {
		return this.look(async (ledger) =>
			[...(await releasesOf({ ledger, now: this.clock }, product))].reverse().map(({ id, body }) => ({
				release: id,
				stage: body.stage,
				decision: body.decision?.decision ?? 'hold',
			})),
		);
	}

	async events(kinds: readonly string[]): Promise<readonly LedgerEvent[]> {
		return this.look((ledger) => ledger.events.list({ spine: product, kinds: [...kinds], limit: 500 }));
	}

	/** Rollbacks, from the event of the order to the event of the stage, which the template records after the proof. */
	async rollbacks(): Promise<readonly RollbackSeen[]> {
		const ordered = await this.events(['rollback.ordered']);
		const done = await this.events(['release.rolled-back']);
		return ordered.map(({ subject, at }) => ({
			release: subject ?? '',
			orderedAt: at,
			provenAt: done.find((event) => event.subject === subject)?.at ?? null,
		}));
	}

	/** Writes the report page of a release and returns its path. */
	async page(id: string): Promise<string> {
		const html = await this.look(async (ledger) => {
			const ports = { ledger, directory: null, now: this.clock, by: 'weekly demo' };
			return reportHtml(await gatherReport(ports, id), plotter);
		});
		mkdirSync(this.pages, { recursive: true });
		const file = join(this.pages, `${id}.html`);
		writeFileSync(file, html);
		return file;
	}
}
