import { writeFileSync } from 'node:fs';
import { documentPath, faultDocument } from './document';

writeFileSync(documentPath, faultDocument());
