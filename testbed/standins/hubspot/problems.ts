import { randomUUID } from 'node:crypto';

/** An error answer of HubSpot. */
export interface Problem {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;
	readonly headers?: Readonly<Record<string, string>>;
}

/** One property value HubSpot does not take. */
export interface ValueProblem {
	readonly isValid: false;
	readonly message: string;
	readonly error: string;
	readonly name: string;
}

/** Thrown by the account's rules; the routes answer with it. */
export class Refusal extends Error {
	constructor(readonly problem: Problem) {
		super(String(problem.body['message']));
	}
}

/** Body of an error as HubSpot writes it. */
export const problem = (
	status: number,
	category: string,
	message: string,
	more: Readonly<Record<string, unknown>> = {},
): Problem => ({
	status,
	body: { status: 'error', message, correlationId: randomUUID(), category, ...more },
});

export const invalid = (message: string, more: Readonly<Record<string, unknown>> = {}): Problem =>
	problem(400, 'VALIDATION_ERROR', message, more);

export const invalidValues = (values: readonly ValueProblem[]): Problem =>
	invalid(`Property values were not valid: ${JSON.stringify(values)}`);

export const notFound = (): Problem => problem(404, 'OBJECT_NOT_FOUND', 'resource not found');

/** 429 with the fields HubSpot sends; no `category`. */
export const throttled = (
	policyName: 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY',
	limit: number,
): Problem => ({
	status: 429,
	body: {
		status: 'error',
		message: `You have reached your ${policyName.toLowerCase()} limit.`,
		errorType: 'RATE_LIMIT',
		correlationId: randomUUID(),
		policyName,
		...(policyName === 'DAILY' ? { requestId: randomUUID() } : { groupName: 'publicapi:stand-in' }),
	},
	headers:
		policyName === 'SECONDLY'
			? {}
			: {
					'x-hubspot-ratelimit-max': String(limit),
					'x-hubspot-ratelimit-remaining': '0',
					'x-hubspot-ratelimit-interval-milliseconds': '10000',
				},
});
