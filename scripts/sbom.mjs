// The bill of materials of the bundle, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Written by CycloneDX's own
// library; nothing in it depends on the time or the machine, so two builds give the same file.
import { writeFileSync } from 'node:fs';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

const purl = (name, version) => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

const component = (type, { name, version, license }) => {
	const [group, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
	const made = new Models.Component(type, bare, {
		group,
		version,
		purl: purl(name, version),
		bomRef: purl(name, version),
	});
	if (license) made.licenses.add(new Models.NamedLicense(String(license)));
	return made;
};

/** Writes the bill of materials of `own` (name, version, licence) with the bundled packages as its components. */
export const writeBom = (own, packages, file) => {
	const bom = new Models.Bom();
	bom.metadata.component = component(Enums.ComponentType.Application, own);
	// A library that lies in two folders of node_modules is one component.
	const once = new Map(packages.map((library) => [purl(library.name, library.version), library]));
	for (const library of once.values()) {
		const part = component(Enums.ComponentType.Library, library);
		bom.components.add(part);
		bom.metadata.component.dependencies.add(part.bomRef);
	}
	const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
	writeFileSync(file, `${serializer.serialize(bom, { sortLists: true, space: '\t' })}\n`);
};
