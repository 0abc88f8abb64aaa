import type { SpineRecord, SpineSettings } from '../../core/delivery/spine-settings';
import { gateError } from '../../core/errors';
import type { Giver } from '../../core/release/people';
import { policyBodySchema } from '../../core/release/documents';
import { loosened } from '../../core/release/policy/loosened';
import { overridePolicy, presetPolicy } from '../../core/release/policy/override';
import { weakenings } from '../../core/release/policy/weaken';
import { documentOf } from '../ledger/documents';
import { setPolicy, type PolicyInForce } from './policies';
import { releasedOf } from './released';
import type { ServicePorts } from './store';
import type { Ledger } from '../ledger/api';

/** Most places that an error names. */
const NAMED = 3;

/** Refuses to hold a spine that has released versions to less, unless somebody signed in says so. @throws `spine-loosened` */
async function assertMayLoosen(
	ports: ServicePorts,
	spine: string,
	giver: Giver | null,
	what: readonly string[],
): Promise<void> {
	if (what.length === 0 || giver?.account !== undefined || (await releasedOf(ports, spine)) === null) return;
	const more = what.length > NAMED ? [`and ${what.length - NAMED} more`] : [];
	throw gateError('spine-loosened', { spine, what: [...what.slice(0, NAMED), ...more].join('; ') });
}

const signedBy = (giver: Giver | null, by: string): string =>
	giver?.account === undefined ? by : `${giver.person} (${by})`;

/**
 * Stores the settings of a spine. What holds a spine to less is released like any change, or a person who is signed in
 * answers for it: else whoever may run a node by hand would take the gate away, ship, and put it back. Before its first
 * release a spine is set up as one likes.
 *
 * @throws `spine-loosened`, `spine-settings`, and what the ledger throws
 */
export async function configureSpine(
	ports: ServicePorts & { readonly ledger: Pick<Ledger, 'spines'> },
	settings: SpineSettings,
	giver: Giver | null,
	by: string,
): Promise<SpineRecord> {
	const { spines } = ports.ledger;
	const before = await spines.get(settings.spine);
	const what = before === null ? [] : loosened(before.settings, settings);
	await assertMayLoosen(ports, settings.spine, giver, what);
	return await spines.configure(settings, signedBy(giver, by));
}

/**
 * Sets the policy of a spine or product, as {@link setPolicy} does. Of a spine that has released versions only somebody who is
 * signed in sets one that asks for less anywhere, or that cannot be compared.
 *
 * @throws `spine-loosened`, and what setting it throws
 */
export async function setPolicyBy(
	ports: ServicePorts,
	subject: string,
	[preset, overrides]: readonly [preset: string, overrides: unknown],
	giver: Giver | null,
	by: string,
): Promise<PolicyInForce> {
	const [record] = await ports.ledger.records.get('policy', [subject]);
	const spine = await ports.ledger.spines.get(subject);
	const before =
		(record && documentOf(record, policyBodySchema).policy) ??
		(spine === null ? null : presetPolicy(spine.settings.policy));
	const after = overridePolicy(presetPolicy(preset), overrides ?? {});
	const weaker = before === null ? [] : weakenings(before, after);
	await assertMayLoosen(
		ports,
		subject,
		giver,
		weaker.map(({ path, from, to }) => `${path} from ${from ?? 'nothing'} to ${to ?? 'nothing'}`),
	);
	return await setPolicy(ports, subject, preset, overrides, signedBy(giver, by));
}
