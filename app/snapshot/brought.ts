import type { Brings } from '../../core/release/manifest';
import { parseFlag } from '../../core/rollout';
import type { ChangeList } from '../../core/snapshot/changes';

/** What a release brings, as a change list: what is applied, drilled and put back. */
export const changesBrought = ({
	settings = {},
	definitions = [],
	flags = [],
}: Brings): Pick<ChangeList, 'definitions' | 'spine' | 'flags'> => ({
	spine: settings,
	definitions: definitions.map((create) => ({ create: { ...create } })),
	flags: flags.map((key) => parseFlag({ key })),
});
