import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
	compareVersions,
	nextVersion,
	readTags,
	rollbackTarget,
	tagOf,
	versionTag,
	type Tag,
	type Version,
} from '../../../core/release/tags';

/** npm's own, which comes with other packages of the development set. */
const semver = createRequire(__filename)('semver') as {
	readonly valid: (name: string) => string | null;
	readonly compare: (a: string, b: string) => number;
};

const tags = (...names: readonly string[]): readonly Tag[] =>
	names.map((name) => ({ name, commit: `commit of ${name}` }));
const back = (
	from: string | null,
	names: readonly string[],
	rolledBack: readonly string[] = [],
	prefix?: string,
) => rollbackTarget({ tags: tags(...names), from, rolledBack, prefix }).previous.name;

const part = fc.oneof(fc.nat(99), fc.stringMatching(/^[a-z]{1,5}$/));
const version: fc.Arbitrary<Version> = fc.record({
	numbers: fc.tuple(fc.nat(30), fc.nat(300), fc.nat(30)),
	prerelease: fc.oneof(fc.constant([]), fc.array(part, { minLength: 1, maxLength: 3 })),
});
const written = ({ numbers, prerelease }: Version): string =>
	numbers.join('.') + (prerelease.length > 0 ? `-${prerelease.join('.')}` : '');

describe('a version in a tag', () => {
	it.each([
		['v1.4.0', '', true, [1, 4, 0], []],
		['1.4.0', '', false, [1, 4, 0], []],
		['v2.0.0-rc.1', '', true, [2, 0, 0], ['rc', 1]],
		['api-v1.2.3', 'api-', true, [1, 2, 3], []],
		['api/v1.2.3', 'api/', true, [1, 2, 3], []],
		['@scope/api@1.2.3-beta', '@scope/api@', false, [1, 2, 3], ['beta']],
		['app-2-v1.0.0+build.5', 'app-2-', true, [1, 0, 0], []],
	] as const)('%s is read', (name, prefix, v, numbers, prerelease) => {
		expect(versionTag({ name, commit: null })).toMatchObject({
			prefix,
			v,
			version: { numbers, prerelease },
		});
	});

	it.each(['nightly', 'v1.4', '01.2.3', '2026-10-09', 'v1.4.0 ', ''])('%p is none', (name) => {
		expect(versionTag({ name, commit: null })).toBeNull();
	});

	it('orders as Semantic Versioning 2.0.0 does (its own example, 11.4)', () => {
		const ordered = [
			'1.0.0-alpha',
			'1.0.0-alpha.1',
			'1.0.0-alpha.beta',
			'1.0.0-beta',
			'1.0.0-beta.2',
			'1.0.0-beta.11',
			'1.0.0-rc.1',
			'1.0.0',
		];
		const shuffled = [...ordered].reverse().map((name) => versionTag({ name, commit: null })!);
		expect(shuffled.sort((a, b) => compareVersions(a.version, b.version)).map(({ name }) => name)).toEqual(
			ordered,
		);
	});

	it('is a total order, and reading is the way back from writing', () => {
		fc.assert(
			fc.property(version, version, version, (a, b, c) => {
				const order = compareVersions(a, b);
				if (order !== -compareVersions(b, a) && order !== 0) return false;
				if (order <= 0 && compareVersions(b, c) <= 0 && compareVersions(a, c) > 0) return false;
				const read = versionTag({ name: `v${written(a)}`, commit: null });
				return read !== null && compareVersions(read.version, a) === 0;
			}),
		);
	});

	it('agrees with npm’s semver on what is a version and on the order of two', () => {
		const identifier = fc.oneof(
			fc.constantFrom('0', '01', '00a', '-', 'a-b', 'RC', '', '123456789012345'),
			fc.stringMatching(/^[0-9A-Za-z-]{1,4}$/),
		);
		const joined = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
		const numeral = fc.oneof(fc.nat(12).map(String), fc.constantFrom('01', '', '999999999999999'));
		const any = fc
			.tuple(numeral, numeral, numeral, fc.option(joined), fc.option(joined))
			.map(
				([a, b, c, pre, build]) =>
					`${a}.${b}.${c}${pre === null ? '' : `-${pre}`}${build === null ? '' : `+${build}`}`,
			);
		fc.assert(
			fc.property(any, any, (left, right) => {
				const [a, b] = [left, right].map((name) => versionTag({ name, commit: null }));
				// What stands before a version counts as a part of a monorepo with us, so it is no version alone.
				expect([left, a?.prefix === '']).toEqual([left, semver.valid(left) !== null]);
				if (a?.prefix === '' && b?.prefix === '')
					expect([left, right, compareVersions(a.version, b.version)]).toEqual([
						left,
						right,
						semver.compare(left, right),
					]);
			}),
			{ numRuns: 5000 },
		);
	});

	it('takes no longer for a long name', () => {
		const started = performance.now();
		expect(versionTag({ name: `${'a-'.repeat(50_000)}1.0.0`, commit: null })).toBeNull();
		expect(performance.now() - started).toBeLessThan(200);
	});
});

describe('where a rollback goes', () => {
	it('is the highest release below, whatever order the tags come in', () => {
		expect(back('v1.103.0', ['v1.99.0', 'v1.104.0', 'v1.103.0', 'v1.102.0'])).toBe('v1.102.0');
	});

	it('finds what runs without its v, and one recorded without v is passed over', () => {
		expect(back('12.2.0', ['v12.2.0', 'v12.1.0', 'v1.0.0'])).toBe('v12.1.0');
		expect(back('v12.2.0', ['v12.2.0', 'v12.1.0', 'v12.0.0'], ['12.1.0'])).toBe('v12.0.0');
	});

	it('goes from a release to a release, and from a pre-release to what comes before it', () => {
		expect(back('v1.4.0', ['v1.4.0', 'v1.4.0-rc.2', 'v1.3.0', 'v1.3.0-rc.1'])).toBe('v1.3.0');
		expect(back('v2.0.0-rc.2', ['v2.0.0-rc.2', 'v2.0.0-rc.1', 'v1.3.0'])).toBe('v2.0.0-rc.1');
	});

	it('stays within a part of a monorepo', () => {
		const names = ['api-v1.2.0', 'api-v1.1.0', 'web-v1.2.0', 'web-v1.1.9', 'v1.1.8'];
		expect(back('api-v1.2.0', names)).toBe('api-v1.1.0');
		expect(back('1.2.0', names, [], 'web-')).toBe('web-v1.1.9');
	});

	it.each([
		['nothing answers and nothing is named', () => back(null, ['v1.1.0', 'v1.0.0']), 'version-not-known'],
		['a name that is no tag', () => back('v1.4.0', ['v1.5.0', 'v1.3.0']), 'version-no-tag'],
		['a build that is no version', () => back('main', ['v1.5.0', 'v1.3.0']), 'version-no-tag'],
		['a version of two parts', () => back('1.2.0', ['api-v1.2.0', 'web-v1.2.0']), 'version-ambiguous'],
		['nothing before', () => back('v1.0.0', ['v1.0.0', 'v1.0.0-rc.1']), 'version-nothing-before'],
		[
			'all before rolled back',
			() => back('v1.1.0', ['v1.1.0', 'v1.0.0'], ['v1.0.0']),
			'version-nothing-before',
		],
	])('is a question for %s', (_what, ask, code) => {
		expect(ask).toThrow(expect.objectContaining({ code, remedy: expect.stringContaining(' ') }));
	});

	it('is not another name of the commit that is taken back', () => {
		const list = [
			{ name: 'v1.2.0', commit: 'bad' },
			{ name: 'v1.1.9', commit: 'bad' },
			{ name: 'v1.1.0', commit: 'good' },
		];
		const { previous } = rollbackTarget({ tags: list, from: 'v1.2.0', rolledBack: [] });
		expect(previous.name).toBe('v1.1.0');
	});

	it('takes two names of one commit for one, and of two commits for a question', () => {
		const one = { name: 'v1.0.0', commit: 'a' };
		const from = { name: 'v1.1.0', commit: 'b' };
		const ask = (other: Tag) => rollbackTarget({ tags: [from, one, other], from: 'v1.1.0', rolledBack: [] });
		expect(ask({ name: '1.0.0', commit: 'a' }).previous.commit).toBe('a');
		expect(() => ask({ name: '1.0.0', commit: 'c' })).toThrow(
			expect.objectContaining({ code: 'version-ambiguous' }),
		);
	});

	it('is below what is taken back, never rolled back before, and nothing that counts lies between', () => {
		const released = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)).map((numbers) => numbers.join('.'));
		fc.assert(
			fc.property(
				fc.uniqueArray(released, { minLength: 1, maxLength: 30 }),
				fc.nat(),
				fc.array(fc.nat(), { maxLength: 10 }),
				(names, which, bad) => {
					const from = `v${names[which % names.length]}`;
					const rolledBack = bad.map((at) => names[at % names.length]!);
					const all = names.map((name) => `v${name}`);
					const key = (name: string) => versionTag({ name, commit: null })!.version;
					const left = all.filter(
						(name) => compareVersions(key(name), key(from)) < 0 && !rolledBack.includes(name.slice(1)),
					);
					try {
						const previous = back(from, all, rolledBack);
						return (
							left.includes(previous) && left.every((name) => compareVersions(key(name), key(previous)) <= 0)
						);
					} catch {
						return left.length === 0;
					}
				},
			),
		);
	});
});

describe('the next version', () => {
	it('follows the highest release by number, not by the alphabet, and not a pre-release', () => {
		const list = tags('v1.99.0', 'v1.103.0', 'v1.100.0', 'v2.0.0-rc.1', 'nightly');
		const next = (bump: 'major' | 'minor' | 'patch') =>
			nextVersion(list, { bump, running: 'v1.103.0' }).version;
		expect([next('minor'), next('patch'), next('major')]).toEqual(['v1.104.0', 'v1.103.1', 'v2.0.0']);
	});

	it('is written as the tags are, in their part', () => {
		expect(nextVersion(tags('1.2.0'), { bump: 'minor', running: null })).toMatchObject({ version: '1.3.0' });
		expect(
			nextVersion(tags('api-v1.2.0', 'v9.0.0'), { bump: 'patch', running: '1.2.0', prefix: 'api-' }),
		).toMatchObject({ version: 'api-v1.2.1', running: { name: 'api-v1.2.0' } });
		expect(nextVersion([], { bump: 'minor', running: null })).toMatchObject({
			version: 'v0.1.0',
			highest: null,
		});
	});

	it('says what runs only when it is a tag', () => {
		expect(nextVersion(tags('v1.2.0'), { bump: 'minor', running: 'develop' }).running).toBeNull();
		expect(nextVersion(tags('v1.2.0'), { bump: 'minor', running: '1.2.0' }).running?.name).toBe('v1.2.0');
	});
});

describe('a list of tags', () => {
	it('holds names, or what GitHub lists', () => {
		expect(readTags(['v1.0.0', { name: 'v1.1.0', commit: { sha: 'abc' } }])).toEqual([
			{ name: 'v1.0.0', commit: null },
			{ name: 'v1.1.0', commit: 'abc' },
		]);
	});

	it.each([[{ message: 'Server Error' }], [[{ message: 'Server Error' }]], [null], ['v1.0.0']])(
		'is refused where a page was an error: %j',
		(value) => {
			expect(() => readTags(value)).toThrow(expect.objectContaining({ code: 'tags-unreadable' }));
		},
	);

	it('gives the tag of a name, exactly', () => {
		expect(tagOf(tags('v1.0.0', 'v1.0.0-rc.1'), '1.0.0').name).toBe('v1.0.0');
	});
});
