import { median } from 'simple-statistics';
import { shown } from '../harness/rounds';
import type { Measurement } from '../harness/types';
import { kinds, spineRuns } from '../n8n/spine-runs';

/** Peak memory of n8n in a run over all contacts. */
export const memory: Measurement = {
	name: 'memory',
	title: 'Peak memory of n8n in a run',
	run: async (options) => {
		const { contacts, runs } = await spineRuns(options);
		const rows = kinds.map((kind) => {
			const all = runs.flatMap((run) => (run.kind === kind && run.memory !== null ? [run.memory] : []));
			const name = kind === 'ours' ? 'the template' : 'without our nodes';
			if (all.length === 0) return [name, 'not told by this system', ''];
			return [
				name,
				shown(median(all.map(({ before }) => before))),
				shown(median(all.map(({ peak }) => peak))),
			];
		});
		return {
			tables: [{ title: '', columns: ['spine', 'MB before the run', 'MB at the highest'], rows }],
			goals: [],
			notes: [
				`Resident memory of n8n's main process (VmHWM of /proc), started anew for each run over ${contacts.toLocaleString('en')} contacts; the task runner is a process of its own and not counted.`,
				'n8n keeps the items of every node of an execution until it has saved them.',
			],
		};
	},
};
