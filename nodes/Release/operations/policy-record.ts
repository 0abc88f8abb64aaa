import type { PolicyInForce } from '../../../app/release';

/** A policy in force as an item. */
export const policyJson = ({ setAt, ...rest }: PolicyInForce): object => ({
	...rest,
	setAt: setAt === null ? null : new Date(setAt).toISOString(),
});
