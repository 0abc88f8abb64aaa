import { expect, it } from '@jest/globals';
import { RULES_DIGEST } from '../../../core/audit/version';
import { rulesDigest, ruleSources } from '../../../scripts/audit-version';

const sources = ruleSources();

it('is that of the rules as they stand; if not: npx tsx scripts/audit-version.ts', () => {
	expect(rulesDigest(sources)).toBe(RULES_DIGEST);
});

it.each(['rules.ts', 'proofs/sends.ts', 'catalogue/builtin.ts', 'read/code.ts', 'walk.ts'])(
	'is another one when %s changes what it does',
	(name) => {
		const text = sources[name] ?? '';
		expect(text).not.toBe('');
		expect(rulesDigest({ ...sources, [name]: `${text}\nexport const more = 1;\n` })).not.toBe(RULES_DIGEST);
		expect(rulesDigest({ ...sources, [name]: `${text}\n// a remark\n` })).toBe(RULES_DIGEST);
	},
);

it('is another one when an operation of the catalogue changes', () => {
	const text = sources['catalogue/operations.json'] ?? '';
	expect(rulesDigest({ ...sources, 'catalogue/operations.json': text.replace('send', 'sent') })).not.toBe(
		RULES_DIGEST,
	);
});
