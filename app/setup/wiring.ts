import type { CredentialSlots, Wiring } from '../../core/setup/types';
import type { Installed } from './ports';

/** What was chosen for an installation, as its templates are wired with it; `null` where no set-up wrote it down. */
export function wiringOf(installed: Installed, slots: CredentialSlots): Wiring | null {
	const { chosen, workflows, credentials, spine } = installed;
	if (chosen === undefined) return null;
	const { config, insideUrl, outsideUrl, rhythm, firstSlot } = chosen;
	const ids = Object.fromEntries(Object.entries(workflows).map(([template, { id }]) => [template, id]));
	const cadence = firstSlot === 'next' ? rhythm.fromFirst : rhythm.cadence;
	const configure = {
		...cadence,
		mode: firstSlot === 'none' ? 'dry-run' : 'live',
		testRecipients: (installed.testRecipients ?? []).join(', '),
	};
	return { ids, credentials, slots, spine, config, insideUrl, outsideUrl, configure };
}
