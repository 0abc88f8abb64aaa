// What went into the bundle: the libraries, and from them the notices, the bill of materials and the list for advisories.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const packageOf = (moduleId) => {
	let folder = path.dirname(moduleId);
	for (;;) {
		const file = path.join(folder, 'package.json');
		// Folders inside a package may carry a package.json that only says `type`.
		if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name) return folder;
		if (path.basename(folder) === 'node_modules') return undefined;
		folder = path.dirname(folder);
	}
};

/** The libraries of which modules were bundled, by name and version: `{ folder, name, version, license }`. */
export const bundledPackages = (moduleIds) => {
	const folders = new Set(moduleIds.filter((id) => id.includes('/node_modules/')).map(packageOf));
	folders.delete(undefined);
	return [...folders]
		.map((folder) => ({ folder, ...JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) }))
		.map(({ folder, name, version, license, homepage }) => ({ folder, name, version, license, homepage }))
		.sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
};
