import { newestCounts, parseReadCounts, type ReadCount } from '../../core/release/expand-contract/reads';
import { releaseEvent, updateRelease, type ServicePorts } from './store';

/**
 * Records how often what a migration takes away was still used. The newest count of each name stands; the gate judges
 * them when it decides. Returns the counts given. Throws `reading-unreadable`, `release-unknown`, `release-contended`.
 */
export async function recordReads(
	ports: ServicePorts,
	id: string,
	value: unknown,
	by: string,
): Promise<readonly ReadCount[]> {
	const given = parseReadCounts(value);
	await updateRelease(ports, id, ({ body }) => {
		const next = { ...body, reads: newestCounts([...(body.reads ?? []), ...given]) };
		const told = given.map(
			({ name, what, value: uses, window }) => `${uses} ${what} of ${name} in ${window}`,
		);
		return {
			body: next,
			events: [
				releaseEvent('evidence.recorded', next, `Counted for release ${id}: ${told.join(', ')}.`, {
					by,
					reads: given,
				}),
			],
		};
	});
	return given;
}
