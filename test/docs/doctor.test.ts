import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { doctorFile, doctorPage } from '../../scripts/docs-doctor';

it('lists every check as it is: run `npm run docs:doctor` after a change', () => {
	expect(readFileSync(doctorFile, 'utf8').replace(/ +\|/g, ' |').replace(/-{3,}/g, '---')).toBe(
		doctorPage().replace(/ +\|/g, ' |').replace(/-{3,}/g, '---'),
	);
});
