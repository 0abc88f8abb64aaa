import { gateError } from '../errors';

/** A tag of a repository, and the commit it points at where that is known. */
export interface Tag {
	readonly name: string;
	readonly commit: string | null;
}

/** A version as Semantic Versioning 2.0.0 has it (semver.org); build metadata says nothing about order. */
export interface Version {
	readonly numbers: readonly [major: number, minor: number, patch: number];
	/** Identifiers of a pre-release; empty for a release. */
	readonly prerelease: readonly (number | string)[];
}

/** A tag whose name ends in a version: `v1.4.0`, `1.4.0-rc.1`, `api-v1.4.0`, `@scope/api@1.4.0`. */
export interface VersionTag extends Tag {
	/** What stands before the version and its `v`: the part of a monorepo, e.g. `api-`; empty for none. */
	readonly prefix: string;
	readonly v: boolean;
	readonly version: Version;
}

/** Which number rises. */
export const bumps = ['major', 'minor', 'patch'] as const;
export type Bump = (typeof bumps)[number];

/** Longest name that is read as a version; git allows longer ones. */
const longestName = 200;

/** A number without leading zeros that a double holds exactly, and an identifier of a pre-release (semver.org 2 and 9). */
const NUMBER = String.raw`(?:0|[1-9]\d{0,14})`;
const PART = String.raw`(?:${NUMBER}(?![0-9A-Za-z-])|\d*[A-Za-z-][0-9A-Za-z-]*)`;
const form = new RegExp(
	String.raw`^(?<prefix>(?:[^\s]*?[-@/_])??)(?<v>v?)(?<major>${NUMBER})\.(?<minor>${NUMBER})\.(?<patch>${NUMBER})` +
		String.raw`(?:-(?<pre>${PART}(?:\.${PART})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$`,
);

/** Reads the version at the end of a tag's name; `null` for a tag that names none. */
export function versionTag(tag: Tag): VersionTag | null {
	const found = tag.name.length > longestName ? null : form.exec(tag.name);
	if (!found?.groups) return null;
	const { prefix = '', v, major, minor, patch, pre } = found.groups;
	const prerelease = (pre ?? '')
		.split('.')
		.filter((part) => part !== '')
		.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
	return {
		...tag,
		prefix,
		v: v === 'v',
		version: { numbers: [Number(major), Number(minor), Number(patch)], prerelease },
	};
}

/** Precedence of two identifiers of a pre-release: numbers by size and before words, words by ASCII (semver.org 11.4). */
function compareParts(a: number | string | undefined, b: number | string | undefined): number {
	if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
	if (typeof a === typeof b) return a === b ? 0 : a < b ? -1 : 1;
	return typeof a === 'number' ? -1 : 1;
}

/** Precedence by Semantic Versioning 2.0.0, 11: below 0 when `a` comes first, 0 when they are the same version. */
export function compareVersions(a: Version, b: Version): number {
	for (const at of [0, 1, 2] as const) {
		if (a.numbers[at] !== b.numbers[at]) return a.numbers[at] < b.numbers[at] ? -1 : 1;
	}
	if (a.prerelease.length === 0 || b.prerelease.length === 0)
		return Math.sign(b.prerelease.length - a.prerelease.length);
	for (let at = 0; at < Math.max(a.prerelease.length, b.prerelease.length); at += 1) {
		const order = compareParts(a.prerelease[at], b.prerelease[at]);
		if (order !== 0) return order;
	}
	return 0;
}

const same = (a: Version, b: Version): boolean => compareVersions(a, b) === 0;

/** The tags that end in a version, of one part of a monorepo where `prefix` names it. */
function versionTags(tags: readonly Tag[], prefix?: string): readonly VersionTag[] {
	return tags
		.map(versionTag)
		.filter((tag) => tag !== null)
		.filter((tag) => prefix === undefined || tag.prefix === prefix);
}

/** One tag where all say the same: one name, or several names of one commit. */
function only(name: string, found: readonly VersionTag[]): VersionTag | null {
	const [first] = found;
	if (first === undefined) return null;
	const names = new Set(found.map((tag) => tag.name));
	const commits = new Set(found.map((tag) => tag.commit));
	const one = names.size === 1 || (commits.size === 1 && !commits.has(null));
	if (!one || new Set(found.map((tag) => tag.prefix)).size > 1)
		throw gateError('version-ambiguous', { version: name, tags: [...names].join(', ') });
	return first;
}

/**
 * The tag that `name` means: the one of this very name, else the one of this very version, with or without `v`, with or
 * without the part's prefix. Nothing near it counts.
 *
 * @throws `version-no-tag`, `version-ambiguous`
 */
export function tagOf(tags: readonly Tag[], name: string, prefix?: string): VersionTag {
	const known = versionTags(tags, prefix);
	const exact = known.filter((tag) => tag.name === name);
	const asked = versionTag({ name, commit: null });
	const alike = known.filter(
		(tag) => asked !== null && same(tag.version, asked.version) && ['', tag.prefix].includes(asked.prefix),
	);
	const found = only(name, exact.length > 0 ? exact : alike);
	if (found === null) throw gateError('version-no-tag', { version: name, count: tags.length });
	return found;
}

/** Where a rollback goes, and from where. */
export interface RollbackTarget {
	readonly from: VersionTag;
	readonly previous: VersionTag;
	/** Tags below `from` that were passed over: rolled back before, or pre-releases, which never ran as a release. */
	readonly passedOver: readonly string[];
}

/** What {@link rollbackTarget} is asked. */
export interface RollbackQuestion {
	readonly tags: readonly Tag[];
	/** The version that is taken back; `null` when nobody knows it. */
	readonly from: string | null;
	/** Versions that were rolled back before. */
	readonly rolledBack: readonly string[];
	/** Of one part of a monorepo; `undefined` takes the part that `from` belongs to. */
	readonly prefix?: string;
}

/**
 * The tag before `from`: the highest release below it that was not rolled back itself. From a release one goes back to a
 * release; from a pre-release to whatever comes before it. Never a guess: what cannot be told is asked.
 *
 * @throws `version-not-known`, `version-no-tag`, `version-ambiguous`, `version-nothing-before`
 */
export function rollbackTarget({ tags, from, rolledBack, prefix }: RollbackQuestion): RollbackTarget {
	if (from === null || from === '') throw gateError('version-not-known');
	const start = tagOf(tags, from, prefix);
	const bad = rolledBack.map((name) => versionTag({ name, commit: null })).filter((tag) => tag !== null);
	const isBad = (tag: VersionTag): boolean =>
		rolledBack.includes(tag.name) ||
		bad.some((other) => same(other.version, tag.version) && ['', tag.prefix].includes(other.prefix));
	const below = versionTags(tags, start.prefix)
		.filter((tag) => compareVersions(tag.version, start.version) < 0)
		// Another name of the commit that is taken back is no way back.
		.filter((tag) => tag.commit === null || tag.commit !== start.commit)
		.sort((a, b) => compareVersions(b.version, a.version));
	const counts = (tag: VersionTag): boolean =>
		!isBad(tag) && (start.version.prerelease.length > 0 || tag.version.prerelease.length === 0);
	const first = below.find(counts);
	if (first === undefined) throw gateError('version-nothing-before', { version: from, passed: below.length });
	const previous = only(
		first.name,
		below.filter((tag) => counts(tag) && same(tag.version, first.version)),
	);
	if (previous === null) throw gateError('version-nothing-before', { version: from, passed: below.length });
	const passedOver = below.filter(
		(tag) => !counts(tag) && compareVersions(tag.version, previous.version) > 0,
	);
	return { from: start, previous, passedOver: passedOver.map(({ name }) => name) };
}

/** The next version's name, and the tag of what runs. */
export interface NextVersion {
	readonly version: string;
	/** The highest release so far; `null` for the first one. */
	readonly highest: string | null;
	/** The tag of what runs, found exactly; `null` when nothing answers or what answers is no tag. */
	readonly running: VersionTag | null;
}

/**
 * The version after the highest release (not after what runs, so that a version that was rolled back is never used
 * again), written as that one is: with or without `v`. Without any it follows `v0.0.0`.
 *
 * @throws `version-ambiguous`
 */
export function nextVersion(
	tags: readonly Tag[],
	{
		bump,
		running,
		prefix = '',
	}: { readonly bump: Bump; readonly running: string | null; readonly prefix?: string },
): NextVersion {
	const released = versionTags(tags, prefix)
		.filter(({ version }) => version.prerelease.length === 0)
		.sort((a, b) => compareVersions(a.version, b.version));
	const highest = released.at(-1);
	const [major, minor, patch] = highest?.version.numbers ?? [0, 0, 0];
	const numbers = {
		major: [major + 1, 0, 0],
		minor: [major, minor + 1, 0],
		patch: [major, minor, patch + 1],
	}[bump];
	return {
		version: `${prefix}${(highest?.v ?? true) ? 'v' : ''}${numbers.join('.')}`,
		highest: highest?.name ?? null,
		running: runningTag(tags, running, prefix),
	};
}

/** The tag of what runs; `null` when nothing answers or what answers is no tag. Throws `version-ambiguous`. */
function runningTag(tags: readonly Tag[], running: string | null, prefix: string): VersionTag | null {
	if (running === null || running === '') return null;
	const asked = versionTag({ name: running, commit: null });
	const known = versionTags(tags, prefix).some(
		(tag) => tag.name === running || (asked !== null && same(tag.version, asked.version)),
	);
	return known ? tagOf(tags, running, prefix) : null;
}

/**
 * The tags of a list as source control gives it: names, or objects with `name` and `commit.sha` (GitHub's
 * `GET /repos/{owner}/{repo}/tags`).
 *
 * @throws `tags-unreadable` for anything else, an error answer among the pages included
 */
export function readTags(value: unknown): readonly Tag[] {
	if (!Array.isArray(value)) throw gateError('tags-unreadable', { reason: 'they are no list' });
	return value.map((entry: unknown, at): Tag => {
		if (typeof entry === 'string') return { name: entry, commit: null };
		const { name, commit } = (entry ?? {}) as { name?: unknown; commit?: { sha?: unknown } | null };
		if (typeof name !== 'string')
			throw gateError('tags-unreadable', { reason: `entry ${at} is no tag with a name` });
		return { name, commit: typeof commit?.sha === 'string' ? commit.sha : null };
	});
}
