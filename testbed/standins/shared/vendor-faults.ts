import type { Call } from './calls';
import type { Fault, FaultAnswer } from './faults';

const json = { 'content-type': 'application/json' };

/** What every vendor of the weekly release can play; the bodies are the vendor's own. */
export interface VendorBodies {
	/** Body of its 429. */
	readonly throttled: unknown;
	/** Headers of its 429 beside the content type. */
	readonly throttledHeaders?: Readonly<Record<string, string>>;
	/** Body of its 500. */
	readonly broken: unknown;
}

/** Faults: throttled (429), outage (503, HTML), server-error (500), slow, wrong-schema, reset, silence. */
export function vendorFaults({ throttled, throttledHeaders, broken }: VendorBodies): readonly Fault[] {
	return [
		{
			id: 'throttled',
			name: '429',
			before: () => ({
				status: 429,
				headers: { ...json, 'retry-after': '1', ...throttledHeaders },
				body: throttled,
			}),
		},
		{
			id: 'outage',
			name: '503 from the edge',
			before: () => ({ status: 503, headers: { 'content-type': 'text/html' }, raw: '<html>503</html>' }),
		},
		{ id: 'server-error', name: '500', before: () => ({ status: 500, headers: json, body: broken }) },
		{
			id: 'slow',
			name: 'answers late',
			variants: ['1 s', '5 s', '60 s'],
			before: async (_call, variant) => {
				await new Promise((resolve) => setTimeout(resolve, parseInt(variant, 10) * 1000).unref());
				return undefined;
			},
		},
		{
			id: 'wrong-schema',
			name: 'answers 200 with another shape',
			outside: true,
			variants: ['other fields', 'empty', 'no JSON'],
			after: (_call: Call, variant: string): FaultAnswer =>
				variant === 'no JSON'
					? { status: 200, headers: { 'content-type': 'text/html' }, raw: '<html>Welcome</html>' }
					: { status: 200, headers: json, body: variant === 'empty' ? {} : { v2: { result: [] } } },
		},
		{ id: 'reset', name: 'connection cut', before: () => 'reset' },
		{ id: 'silence', name: 'never answers', before: () => 'silence' },
	];
}
