import { createRequire } from 'node:module';

interface RequestConfig {
	url?: string;
	baseURL?: string;
}

interface Axios {
	readonly interceptors: {
		readonly request: {
			use(change: (config: RequestConfig) => RequestConfig): number;
			eject(id: number): void;
		};
	};
}

/**
 * Leads requests of n8n's own nodes, whose addresses are fixed, to stand-ins, for as long as it is open. n8n-core sends
 * all of them with its axios.
 *
 * @param hosts origin of the vendor to origin of the stand-in
 * @returns ends it
 */
export function rewriteHosts(hosts: Readonly<Record<string, string>>): () => void {
	const axios = createRequire(require.resolve('n8n-core/package.json'))('axios') as Axios & {
		default?: Axios;
	};
	const { request } = (axios.default ?? axios).interceptors;
	const id = request.use((config) => {
		for (const part of ['url', 'baseURL'] as const) {
			const given = config[part];
			const from = Object.keys(hosts).find((origin) => given?.startsWith(origin));
			if (given !== undefined && from !== undefined)
				config[part] = `${hosts[from] ?? ''}${given.slice(from.length)}`;
		}
		return config;
	});
	return () => request.eject(id);
}
