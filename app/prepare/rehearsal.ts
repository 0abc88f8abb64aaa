import { spaceOf } from '../../core/delivery/key';
import { sameJson } from '../../core/delivery/canonical';
import { recordDefaults, type ServicePorts } from '../release';
import type { Candidate } from './candidate';

/**
 * Label of a new dry run in which a version is rehearsed as a shadow of a live spine, with the defaults that the release
 * sets: what the last slot froze has no value yet for a property that comes with it. Empty for a spine in dry run.
 */
export async function newRehearsal(
	service: ServicePorts,
	release: string,
	{ spine: { settings }, wanted }: Pick<Candidate, 'spine' | 'wanted'>,
): Promise<string> {
	if (settings.mode !== 'live') return '';
	const label = `${release}-${service.now().toString(36)}`;
	const { defaults } = wanted.shipped.properties;
	if (!sameJson(defaults, settings.properties.defaults))
		await recordDefaults(service, settings.spine, spaceOf('dry-run', label), defaults);
	return label;
}
