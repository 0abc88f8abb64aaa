/**
 * The Unleash client specification, read from a checkout that `UNLEASH_CLIENT_SPECIFICATION` names; our own vectors stand
 * in `spread.test.ts`.
 */
import { describe, expect, test } from '@jest/globals';
import { unleashCases } from '../../../testbed/oracles/unleash';

const checkout = process.env.UNLEASH_CLIENT_SPECIFICATION;

describe('the Unleash client specification', () => {
	if (checkout === undefined)
		test.skip('UNLEASH_CLIENT_SPECIFICATION names no checkout of it', () => undefined);
	else
		test.each(unleashCases(checkout).filter(({ outside }) => outside === undefined))(
			'$title',
			({ expected, ours }) => expect(ours).toBe(expected),
		);
});
