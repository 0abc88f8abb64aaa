import { describe, expect, it } from '@jest/globals';
import { apiAddress } from '../../../adapters/n8n/address';
import { ReleaseGateN8nApi } from '../../../credentials/ReleaseGateN8nApi.credentials';

const given: readonly (readonly [string, string])[] = [
	['https://n8n.example.com/api/v1', 'https://n8n.example.com/api/v1'],
	['https://n8n.example.com/api/v1/', 'https://n8n.example.com/api/v1'],
	['https://n8n.example.com', 'https://n8n.example.com/api/v1'],
	[' https://n8n.example.com// ', 'https://n8n.example.com/api/v1'],
	['https://n8n.example.com/api', 'https://n8n.example.com/api/v1'],
	['https://example.com/n8n', 'https://example.com/n8n/api/v1'],
	['https://n8n.example.com/own/v1', 'https://n8n.example.com/own/v1'],
];

describe('apiAddress', () => {
	it.each(given)('takes %p for %p', (text, address) => {
		expect(apiAddress(text)).toBe(address);
	});

	it('gives nothing for what is no address', () => {
		expect([undefined, 7, '', ' / '].map(apiAddress)).toEqual(['', '', '', '']);
	});

	it.each(given)('is what the test of the credential asks, for %p', (text, address) => {
		const { baseURL = '' } = new ReleaseGateN8nApi().test.request;
		const [, expression = ''] = /^=\{\{(.*)\}\}$/s.exec(baseURL) ?? [];
		const evaluate = new Function('$credentials', `return (${expression});`) as (from: object) => unknown;
		expect(evaluate({ baseUrl: text })).toBe(address);
	});
});
