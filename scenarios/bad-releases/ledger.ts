import { bytesCodec } from '../../adapters/crypto/bytes';
import { parseWorkflow, workflowHash } from '../../core/audit';
import type { LedgerEvent } from '../../core/delivery/events';
import { findRelease, evidenceFor, type StoredRelease } from '../../app/release';
import type { Evidence } from '../../core/release/evidence';
import { snapshotView } from '../../app/snapshot/diff';
import { workflows } from '../../app/snapshot/kinds/workflows';
import { completeSnapshot } from '../../app/snapshot/store';
import { trailOf } from '../../app/watch';
import type { Look } from '../../core/stability/documents';
import type { WorkflowState } from '../../core/audit/workflow-state';
import { LedgerReader, pageSize } from '../../testbed/ledger-reader';
import { sandboxSpine } from '../../testbed/operate';

/** Events that tell the way of a release. */
const kinds = [
	'gate.held',
	'gate.shipped',
	'release.moved',
	'release.rolled-back',
	'rollback.finished',
	'rollback.ordered',
	'rollback.started',
	'stability.verdict',
];

/** What names the behaviour of the published version of a workflow; `null` while nothing is published. */
export const hashOf = ({ name, settings, published }: WorkflowState): string | null =>
	published === null
		? null
		: workflowHash(parseWorkflow({ name, settings, ...published }, `the workflow ${name}`));

/** Everything the ledger holds of one release. */
export interface ReleaseSeen {
	readonly release: StoredRelease;
	/** Looks of the monitor, oldest first. */
	readonly looks: readonly Look[];
	readonly evidence: readonly Evidence[];
	/** Events of the release, oldest first. */
	readonly events: readonly LedgerEvent[];
}

/** Looks at releases in the ledger beside the running n8n. */
export class ReleaseReader extends LedgerReader {
	constructor(file: string) {
		super(file, sandboxSpine);
	}

	async release(id: string): Promise<ReleaseSeen | null> {
		return await this.look(async (ledger) => {
			const ports = { ledger, now: Date.now };
			const release = await findRelease(ports, id);
			if (release === null) return null;
			const events = await ledger.events.list({ spine: sandboxSpine, kinds, limit: pageSize });
			return {
				release,
				looks: [...(await trailOf(ports, id))].reverse(),
				evidence: await evidenceFor(ports, id),
				events: events.filter(({ subject }) => subject === id).sort((left, right) => left.at - right.at),
			};
		});
	}

	/** Hash of a workflow's published version in the snapshot captured before a release. */
	async captured(release: string, workflow: string): Promise<string | null> {
		return await this.look(async (ledger) => {
			const ports = {
				ledger,
				codec: bytesCodec(undefined),
				contacts: null,
				workflows: null,
				clock: Date.now,
				by: 'sandbox',
			};
			const view = snapshotView(ports, await completeSnapshot(ports, `before-${release}`));
			const state = (await workflows.held(view))?.find(({ id }) => id === workflow);
			return state ? hashOf(state) : null;
		});
	}

	async isPaused(): Promise<boolean> {
		return await this.look(async (ledger) => (await ledger.spines.get(sandboxSpine))?.paused ?? true);
	}

	/** `intact`, or what is wrong with the chain. */
	async chain(): Promise<string> {
		const verdict = await this.verify();
		return verdict.status === 'intact' ? 'intact' : verdict.explanation;
	}
}
