import type { Fault } from '../shared/faults';
import { answer, answers, html, json, searches as searchOnly } from './fault-tools';
import { problem, throttled } from './problems';

/** Throttling, outages and broken connections. */
export const transportFaults: readonly Fault[] = [
	{
		id: 'F01',
		name: 'burst 429',
		variants: ['no Retry-After', 'Retry-After: 1', 'Retry-After: 10'],
		before: (_call, variant) => {
			const seconds = variant.split(': ')[1];
			return answer(
				throttled('TEN_SECONDLY_ROLLING', 190),
				seconds === undefined ? {} : { 'retry-after': seconds },
			);
		},
	},
	{
		id: 'F02',
		name: 'search 429',
		variants: ['known text', 'other text'],
		on: searchOnly,
		before: (_call, variant) => {
			const { status, body } = throttled('SECONDLY', 5);
			return answer({ status, body: variant === 'known text' ? body : { ...body, message: 'Slow down.' } });
		},
	},
	answers('F03', 'daily 429', () => answer(throttled('DAILY', 250_000))),
	answers('F04', 'lock', () => answer(problem(423, 'LOCKED', 'The record is locked.'))),
	answers('F05', 'migration', () =>
		answer(problem(477, 'MIGRATION', 'The account is being moved.'), { 'retry-after': '3600' }),
	),
	answers('F06', '502 html', () => ({ status: 502, headers: html, raw: '<html>502 Bad Gateway</html>' })),
	answers('F07', '502 without content-type', () => ({ status: 502, headers: {}, raw: 'bad gateway' })),
	answers('F08', '504 json type, empty body', () => ({ status: 504, headers: json, raw: '' })),
	{
		id: 'F09',
		name: '524 slow',
		variants: ['100 ms', '100 s'],
		before: async (_call, variant) => {
			await new Promise((resolve) => setTimeout(resolve, variant === '100 s' ? 100_000 : 100).unref());
			return { status: 524, headers: html, raw: '<html>524</html>' };
		},
	},
	{ id: 'F10', name: 'never answers', before: () => 'silence' },
	{
		id: 'F11',
		name: 'socket reset before or after the write was applied',
		variants: ['before apply', 'after apply'],
		before: (_call, variant) => (variant === 'before apply' ? 'reset' : undefined),
		after: (_call, variant) => (variant === 'after apply' ? 'reset' : undefined),
	},
	{
		id: 'F12',
		name: 'write applied, answer lost as 5xx',
		after: () => ({ status: 504, headers: html, raw: '<html>504</html>' }),
	},
	{
		id: 'F31',
		name: 'unexpected 2xx',
		outside: true,
		after: (_call, _variant, given) => ({ ...given, status: 202, headers: json }),
	},
];
