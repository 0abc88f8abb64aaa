import { flagsReport } from '../../../core/rollout/report';
import { flagSchema } from '../../../core/rollout';
import { looked } from './looked';
import type { EvidenceSource } from './source';

/** Whether the flags of the manifest exist in the ledger and are off. */
export const flags: EvidenceSource = {
	option: {
		name: 'Release Flags',
		value: 'flags',
		description: 'See whether the flags of the manifest exist and are off',
	},
	description: [],
	answer: (context, release) =>
		looked(context, release, async ({ body }) => {
			const keys = body.manifest.flags;
			const records = await context.ports.ledger.records.get('flag', keys);
			const found = records.flatMap((record) => {
				const flag = flagSchema.safeParse(record?.body);
				return flag.success ? [flag.data] : [];
			});
			return flagsReport(body.manifest, found);
		}),
};
