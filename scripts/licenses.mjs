// Collects the notices of every library that went into the bundle.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Writes `file` from the ids of the bundled modules; a library without a notice of its own is named with its licence. */
export const writeLicenses = (moduleIds, file) => {
	const folders = new Set(moduleIds.filter((id) => id.includes('/node_modules/')).map(packageOf));
	folders.delete(undefined);
	const notices = [...folders].map((folder) => {
		const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
		const notice = readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isFile() && /^(licen[cs]e|notice)/i.test(entry.name))
			.map(({ name: file }) => file)
			.sort();
		const texts = notice.map((entry) => readFileSync(path.join(folder, entry), 'utf8').trim());
		const text =
			texts.length > 0 ? texts.join('\n\n') : `Licensed under ${license}; the package has no notice file.`;
		return { title: `${name} ${version}`, text };
	});
	notices.sort((a, b) => (a.title < b.title ? -1 : 1));
	const bar = '-'.repeat(80);
	writeFileSync(file, notices.map(({ title, text }) => `${bar}\n${title}\n${bar}\n\n${text}\n`).join('\n'));
	return notices.length;
};
