import { parseSpineSettings } from '../../../core/delivery/spine';
import { gateError } from '../../../core/errors';
import { settingsReport } from '../../../core/release/machines/settings-diff';
import { knownRelease } from '../../../app/release';
import { now } from '../../kit/clock';
import { fieldParameter, neededDocument } from '../operations/json-field';
import { looked } from './looked';
import type { EvidenceSource } from './source';

/** The diff of spine settings against those in force: nothing compressed, nothing read elsewhere. */
export const settings: EvidenceSource = {
	option: {
		name: 'Spine Settings Diff',
		value: 'settings',
		description: 'Compare the settings to be released with those in force',
	},
	description: [
		fieldParameter(
			'Settings Field',
			'settingsField',
			'settings',
			'Name of the field with the spine’s settings after the release: the artifact “policy”',
			{ required: true },
		),
	],
	answer: async (context, release) => {
		const after = parseSpineSettings(neededDocument(context, 'settingsField', 'Settings Field'));
		const { body } = await knownRelease(context.ports, release);
		const spine = await context.ports.ledger.spines.get(body.manifest.subject);
		if (spine === null) throw gateError('ledger-spine-unknown', { spine: body.manifest.subject });
		return await looked(context, release, () => settingsReport(spine.settings, after, now()));
	},
};
