const { spawnSync } = require('node:child_process');
const { builtinModules } = require('node:module');
const fs = require('node:fs');
const path = require('node:path');
const { dest, parallel, series, src } = require('gulp');

const root = __dirname;
const dist = path.join(root, 'dist');
const stub = (name) => path.join(root, 'scripts', 'stubs', name);

const clean = () => fs.promises.rm(dist, { recursive: true, force: true });

const manifest = async () => {
	const { syncManifest } = await import('./scripts/manifest.mjs');
	syncManifest(root);
};

/** The optional native or foreign halves of libraries, and what we never use of them. */
const alias = {
	'form-data': stub('form-data.js'),
	'pg-native': stub('empty.js'),
	'pg-cloudflare': stub('empty.js'),
};

/** A chunk that begins with a library is called after it: `shared/pg-….js`. */
const chunkName = ({ facadeModuleId, name }) => {
	const library = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(facadeModuleId ?? '')?.[1];
	return library ? library.replace('@', '').replace('/', '-') : name;
};

/**
 * One CommonJS file per node, credential and the CLI; what they share, and what is imported dynamically (pg, the
 * HubSpot client, the SQL parser), becomes chunks in dist/shared, each loaded when it is first used.
 */
const bundle = async () => {
	const [{ rolldown }, { entries }, { bundledPackages }, { writeLicenses }, { writeBom }] = await Promise.all(
		[
			import('rolldown'),
			import('./scripts/manifest.mjs'),
			import('./scripts/bundled.mjs'),
			import('./scripts/licenses.mjs'),
			import('./scripts/sbom.mjs'),
		],
	);
	const build = await rolldown({
		cwd: root,
		input: entries(root),
		platform: 'node',
		external: ['n8n-workflow', /^node:/, ...builtinModules],
		resolve: { alias },
		logLevel: 'warn',
		checks: { eval: false },
	});
	const { output } = await build.write({
		dir: dist,
		format: 'cjs',
		exports: 'named',
		entryFileNames: '[name].js',
		chunkFileNames: (chunk) => `shared/${chunkName(chunk)}-[hash].js`,
		// Whitespace and dead code go; names stay, for stack traces and for `constructor.name`.
		minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
	});
	await build.close();

	const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
	const packages = bundledPackages(modules);
	writeLicenses(packages, path.join(dist, 'THIRD-PARTY-LICENSES.txt'));
	writeBom(require('./package.json'), packages, path.join(dist, 'sbom.cdx.json'));
	const parser = modules.find((id) => id.includes('/libpg-query/'));
	if (parser) {
		const wasm = require.resolve('libpg-query/wasm/libpg-query.wasm');
		fs.copyFileSync(wasm, path.join(dist, 'shared', 'libpg-query.wasm'));
	}
	const cli = path.join(dist, 'cli', 'index.js');
	if (fs.existsSync(cli)) {
		const code = fs.readFileSync(cli, 'utf8');
		fs.writeFileSync(cli, code.startsWith('#!') ? code : `#!/usr/bin/env node\n${code}`, { mode: 0o755 });
	}
};

const copy = (from, to) =>
	Object.assign(() => src(from, { encoding: false, allowEmpty: true }).pipe(dest(to)), {
		displayName: `copy ${from}`,
	});

const assets = parallel(
	copy('assets/icons/*.svg', 'dist/assets/icons'),
	copy('nodes/*/*.node.json', 'dist/nodes'),
	copy('workflows/**/*.json', 'dist/workflows'),
);

/** dist/known and dist/types, by which n8n learns the nodes without loading them. */
const metadata = async () => {
	const script = path.join(
		path.dirname(require.resolve('n8n-core/package.json')),
		'bin',
		'generate-metadata',
	);
	const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' });
	if (status !== 0) throw new Error('n8n-core could not read the built nodes; its output is above');
};

module.exports = { clean, bundle, assets, metadata };
module.exports.build = series(clean, manifest, bundle, assets, metadata);
module.exports.default = module.exports.build;
