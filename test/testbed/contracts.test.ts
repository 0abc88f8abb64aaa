import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { z } from 'zod';
import { forget, takeViolations } from '../../testbed/contracts/findings';
import { exchangeOf, fits, type Contract } from '../../testbed/contracts/contract';
import { createBench, type Bench } from '../../testbed/standins/shared/server';

const contract: Contract = {
	vendor: 'A vendor',
	sources: [{ url: 'https://example.com/docs', read: '2026-11-30' }],
	refusal: z.object({ error: z.string() }),
	exchanges: [
		{
			name: 'send',
			method: 'POST',
			path: '/send/{id}',
			query: z.object({ mode: z.string() }).partial().strict(),
			request: z.object({ to: z.string() }).strict(),
			answers: { 200: z.object({ id: z.string() }) },
		},
	],
};

let bench: Bench;
let url: string;
let answer: { status: number; body: unknown };

beforeEach(async () => {
	bench = createBench(
		[
			{ id: 'new-shape', name: 'a new shape', outside: true, after: () => ({ status: 200, body: {} }) },
			{ id: 'broken', name: 'an answer', before: () => ({ status: 400, body: { oops: true } }) },
		],
		contract,
	);
	bench.app.all('/*', async (_request, reply) => reply.code(answer.status).send(answer.body));
	url = await bench.listen('127.0.0.1', 0);
	answer = { status: 200, body: { id: 'x' } };
});
afterEach(async () => {
	forget(contract.vendor);
	await bench.close();
});

const call = async (path: string, body: unknown): Promise<readonly string[]> => {
	await fetch(`${url}${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	}).then((given) => given.text());
	return takeViolations();
};

it('lets pass what keeps to the contract', async () => {
	expect(await call('/send/7?mode=x', { to: 'ada' })).toEqual([]);
});

it('finds a request that the vendor would refuse and the stand-in took', async () => {
	expect(await call('/send/7', { to: 'ada', cc: 'bo' })).toEqual([
		"The contract of A vendor is broken: the request of POST /send/7 (200): body: Unrecognized key(s) in object: 'cc'",
	]);
	expect(await call('/send/7?more=1', { to: 'ada' })).toHaveLength(1);
	answer = { status: 422, body: { error: 'no cc' } };
	expect(await call('/send/7', { to: 'ada', cc: 'bo' })).toEqual([]);
});

it('finds a call the contract does not know, unless it was refused', async () => {
	expect(await call('/other', {})).toEqual([
		'The contract of A vendor is broken: the request of POST /other (200): the contract knows no such call',
	]);
	answer = { status: 404, body: { error: 'no such path' } };
	expect(await call('/other', {})).toEqual([]);
});

it('finds an answer without a field the vendor promises, a status it never gives, a refusal of another shape', async () => {
	answer = { status: 200, body: { name: 'x' } };
	expect(await call('/send/7', { to: 'ada' })).toEqual([
		'The contract of A vendor is broken: the answer of POST /send/7 (200): body.id: Required',
	]);
	answer = { status: 201, body: { id: 'x' } };
	expect(await call('/send/7', { to: 'ada' })).toEqual([
		'The contract of A vendor is broken: the answer of POST /send/7 (201): the vendor never answers 201',
	]);
	bench.admin.fault('broken');
	expect(await call('/send/7', { to: 'ada' })).toEqual([
		'The contract of A vendor is broken: the answer of POST /send/7 (400): body.error: Required',
	]);
});

it('does not hold the contract against a fault that plays a new shape', async () => {
	bench.admin.fault('new-shape');
	expect(await call('/send/7', { to: 'ada' })).toEqual([]);
});

it('fits paths with placeholders, the exact one first', () => {
	expect(fits('/a/{id}', '/a/7')).toBe(true);
	expect(fits('/a/{id}', '/a/7/b')).toBe(false);
	expect(fits('/a/{id}', '/a/')).toBe(false);
	expect(fits('/a/{id}.json', '/a/7.json')).toBe(true);
	expect(fits('/a/*', '/a/7/b')).toBe(true);
	const two: Contract = {
		...contract,
		exchanges: [
			{ name: 'any', method: 'GET', path: '/a/{id}', answers: {} },
			{ name: 'one', method: 'GET', path: '/a/b', answers: {} },
		],
	};
	expect(exchangeOf(two, 'GET', '/a/b')?.name).toBe('one');
	expect(exchangeOf(two, 'GET', '/a/c')?.name).toBe('any');
});
