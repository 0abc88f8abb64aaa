import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { n8nBinary, nodeBinary } from './paths';
import type { InstanceSettings } from './settings';

/** Fixed, so that credentials imported by one process can be read by the next; protects nothing but fakes. */
const encryptionKey = 'release-gate-sandbox';

/** The module that would call a model. n8n refuses to start when it is told to leave out a module it does not have. */
const assistant = existsSync(join(dirname(n8nBinary), '..', 'dist', 'modules', 'instance-ai'))
	? 'instance-ai'
	: '';

/**
 * The environment of one n8n process: private folder, loopback only, no telemetry and no look-ups outside.
 * Variables of this process pass through only where they say how to run programs, never `N8N_*` or `DB_*`
 * ones: a developer's own n8n settings must not leak into the sandbox.
 */
export function n8nEnvironment(settings: InstanceSettings): NodeJS.ProcessEnv {
	const inherited = Object.fromEntries(
		Object.entries(process.env).filter(([name]) =>
			/^(HOME|USER|LANG|LC_.*|TMPDIR|TZ|NODE_EXTRA_CA_CERTS|RG_.*)$/.test(name),
		),
	);
	return {
		...inherited,
		PATH: [dirname(nodeBinary), process.env.PATH].join(delimiter),
		NODE_ENV: 'production',
		N8N_USER_FOLDER: settings.userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(settings.port),
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${settings.port}`,
		N8N_WEBHOOK_URL: `http://127.0.0.1:${settings.port}`,
		N8N_RUNNERS_BROKER_PORT: String(settings.brokerPort),
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_ENCRYPTION_KEY: encryptionKey,
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
		N8N_LOG_LEVEL: 'info',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_REINSTALL_MISSING_PACKAGES: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_AI_ENABLED: 'false',
		N8N_DISABLED_MODULES: assistant,
		N8N_RUNNERS_ENABLED: 'true',
		N8N_PYTHON_ENABLED: 'false',
		N8N_BLOCK_ENV_ACCESS_IN_NODE: 'true',
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		EXTERNAL_FRONTEND_HOOKS_URLS: '',
		...settings.environment,
	};
}
