import { checkAddress } from '../../adapters/n8n/call';
import { n8nInstallation } from '../../adapters/n8n/installation';
import type { Installation } from '../../app/ports/installation';
import type { Given } from './given';
import { checkUrl } from './checks';

/** The n8n that a command works on. */
export interface Connection {
	readonly url: string;
	readonly apiKey: string;
	readonly n8n: Installation;
}

/** Takes address and key, or asks until n8n answers at the one and takes the other. @throws `setup-answer-missing`, what n8n refuses */
export async function connectionOf(given: Given): Promise<Connection> {
	const url = await given.need('n8n', {
		what: 'the address of n8n',
		text: 'Address of n8n',
		fallback: 'http://localhost:5678',
		check: async (address) => {
			checkUrl(address);
			await checkAddress(address);
		},
	});
	const webhooks = given.plain('webhooks');
	const at = (apiKey: string): Installation =>
		n8nInstallation({ url, apiKey, ...(webhooks === undefined ? {} : { webhooks }) });
	const apiKey = await given.need('key', {
		what: 'the key of n8n',
		text: 'API key of n8n (Settings, n8n API)',
		secret: true,
		check: async (key) => void (await at(key).hasPackage()),
	});
	return { url, apiKey, n8n: at(apiKey) };
}
