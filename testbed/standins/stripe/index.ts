import { stripe as contract } from '../../contracts/stripe';
import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Secret key of test mode the Stripe stand-in takes; a live key is refused, since nothing here may charge. */
export const sandboxStripeKey = 'sk_test_stand_in';

/** What a test may do to the Stripe stand-in. */
export interface StripeAdmin extends StandInAdmin {
	/** The application subscribes a customer. Returns the subscription's id. */
	subscribe(customer: string, plan: string, livemode?: boolean): string;
	subscriptions(): readonly string[];
}

const problem = (type: string, message: string, more: object = {}) => ({ error: { type, message, ...more } });

/** Starts Stripe's subscriptions, seen with a key of test mode: what is live is not there for it. */
export async function startStripe(options: VendorOptions = {}): Promise<StandIn<StripeAdmin>> {
	const clock = options.clock ?? Date.now;
	const held = new Map<string, Record<string, unknown>>();
	const faults = vendorFaults({
		throttled: problem('rate_limit_error', 'Too many requests'),
		broken: problem('api_error', 'An unknown error occurred'),
	});
	const { app, ...bench } = keyedBench(
		faults,
		(request) => bearerOf(request) === sandboxStripeKey,
		{ status: 401, body: problem('invalid_request_error', 'Invalid API Key provided') },
		contract,
	);
	app.get('/v1/charges', async () => ({ object: 'list', data: [], has_more: false, url: '/v1/charges' }));
	app.get('/v1/subscriptions/:id', async (request, reply) => {
		const { id } = request.params as { id: string };
		const found = held.get(id);
		// "Objects in one mode aren't accessible to the other" (docs.stripe.com/keys, read 2026-11-30).
		if (found?.livemode === false) return found;
		const other = found
			? '; a similar object exists in live mode, but a test mode key was used to make this request.'
			: '';
		const missing = problem('invalid_request_error', `No such subscription: '${id}'${other}`, {
			code: 'resource_missing',
			param: 'id',
		});
		return reply.code(404).send(missing);
	});
	const admin: StripeAdmin = {
		...bench.admin,
		subscribe: (customer, plan, livemode = false) => {
			const id = `sub_${String(held.size + 1).padStart(14, '0')}`;
			held.set(id, {
				id,
				object: 'subscription',
				created: Math.floor(clock() / 1000),
				currency: 'usd',
				customer,
				livemode,
				status: 'active',
				items: {
					object: 'list',
					data: [
						{
							object: 'subscription_item',
							quantity: 1,
							price: { object: 'price', lookup_key: plan, currency: 'usd', livemode },
						},
					],
					has_more: false,
				},
			});
			return id;
		},
		subscriptions: () => [...held.keys()],
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
