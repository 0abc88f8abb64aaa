import type { PolicyInForce } from '../../../core/release/service';

/** A policy in force as an item. */
export const policyJson = ({ setAt, ...rest }: PolicyInForce): object => ({
	...rest,
	setAt: setAt === null ? null : new Date(setAt).toISOString(),
});
