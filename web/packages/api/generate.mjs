// SPDX-License-Identifier: Apache-2.0
// Makes the TypeScript types of the contract. They are made anew before each check and build and are not
// in the repository, so that they cannot differ from what they are made from.
import { writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = '../../../api/openapi.yaml';
const types = astToString(await openapiTS(new URL(source, import.meta.url), { defaultNonNullable: false }));
writeFileSync(new URL('src/api.gen.ts', import.meta.url), `// Made from ${source} by generate.mjs.\n${types}`);
