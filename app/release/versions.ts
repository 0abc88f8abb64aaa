import {
	rollbackTarget,
	tagOf,
	type RollbackTarget,
	type Tag,
	type VersionTag,
} from '../../core/release/tags';
import { gateError } from '../../core/errors';
import { knownRelease, releasesOf, type ServicePorts } from './store';

/** What a rollback of software is asked with; empty text stands for what nobody said. */
export interface RollbackOrder {
	/** The product. */
	readonly subject: string;
	/** Id of the release that is taken back. */
	readonly release: string;
	/** The version that answers in production. */
	readonly running: string;
	/** A tag somebody named to go back to; it is taken as it is. */
	readonly to: string;
	readonly tags: readonly Tag[];
	/** Of one part of a monorepo. */
	readonly prefix?: string;
}

/** Where it goes back to; `done` when the named release was rolled back already. */
export type PreviousVersion =
	| { readonly done: true }
	| ({ readonly done: false } & Omit<RollbackTarget, 'from'> & { readonly from: VersionTag | null });

/**
 * The tag a rollback of software goes back to. A named release is taken back from its own version, whatever runs, so that an
 * order given twice is one step all the same; without one it is what runs. A tag that somebody names is taken.
 *
 * @throws `release-unknown`, `version-not-known`, `version-no-tag`, `version-ambiguous`, `version-nothing-before`
 */
export async function previousVersion(ports: ServicePorts, order: RollbackOrder): Promise<PreviousVersion> {
	const { tags, prefix } = order;
	const named = order.release === '' ? null : await knownRelease(ports, order.release);
	if (named !== null && named.body.manifest.subject !== order.subject)
		throw gateError('release-unknown', { release: order.release });
	if (named?.body.stage === 'rolled-back') return { done: true };
	if (order.to !== '')
		return { done: false, from: null, previous: tagOf(tags, order.to, prefix), passedOver: [] };
	const rolledBack = (await releasesOf(ports, order.subject))
		.filter(({ body }) => body.stage === 'rolled-back')
		.flatMap(({ body }) => body.manifest.version ?? []);
	const from = named === null ? order.running : (named.body.manifest.version ?? '');
	return { done: false, ...rollbackTarget({ tags, from, rolledBack, prefix }) };
}
