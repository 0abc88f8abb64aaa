import { expect, it } from '@jest/globals';
import { fittedTo } from '../../../adapters/n8n/credential-schema';

const hanging = (field: string, value: string, ...names: readonly string[]) => ({
	if: { properties: { [field]: { enum: [value] } } },
	then: { allOf: names.map((name) => ({ required: [name] })) },
	else: { allOf: names.map((name) => ({ not: { required: [name] } })) },
});

/** As n8n 1.123.81 answers `GET /credentials/schema/slackApi`. */
const slack = {
	additionalProperties: false,
	type: 'object',
	properties: {
		accessToken: { type: 'string' },
		signatureSecret: { type: 'string' },
		notice: { type: 'notice' },
	},
	allOf: [hanging('signatureSecret', '', 'notice')],
	required: ['accessToken'],
};

/** In part, as n8n 1.123.81 answers for the ledger: the condition of the first field stands for all. */
const ledger = {
	properties: {
		store: { type: 'string', enum: ['postgres', 'sqlite'] },
		file: { type: 'string' },
		connection: { type: 'string', enum: ['fields', 'url'] },
		connectionSecret: { type: 'string' },
		port: { type: 'number' },
	},
	allOf: [hanging('store', 'sqlite', 'file', 'connection', 'connectionSecret', 'port')],
};

it('keeps away a notice that n8n 1.123 asks a value for', () => {
	expect(fittedTo(slack, 'slackApi', { accessToken: 'xoxb' })).toEqual({
		accessToken: 'xoxb',
		signatureSecret: ' ',
	});
	const own = { accessToken: 'xoxb', signatureSecret: 'mine' };
	expect(fittedTo(slack, 'slackApi', own)).toEqual(own);
});

it('gives every field that n8n 1.123 asks for, and leaves out what it takes by default', () => {
	const data = { store: 'postgres', connection: 'url', connectionSecret: 'postgres://x' };
	expect(fittedTo(ledger, 'releaseGateLedgerApi', data)).toEqual({
		file: '',
		connection: 'url',
		connectionSecret: 'postgres://x',
		port: 0,
	});
});

it('leaves the data as it is where the schema says nothing', () => {
	const data = { user: 'u', password: 'p' };
	expect(fittedTo({ properties: { user: { type: 'string' } } }, 'httpBasicAuth', data)).toEqual(data);
	expect(fittedTo('<!DOCTYPE html>', 'httpBasicAuth', data)).toEqual(data);
});
