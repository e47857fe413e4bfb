import { relative } from 'node:path'
import ts from 'typescript'
import { listFiles, writeText } from '../lib/files.mjs'
import { inRoot, root } from '../lib/root.mjs'

/** Declarations of `entry` and all it imports, below `<outDir>/types`; `<outDir>/index.d.ts` leads there. */
export function emitTypes(entry, outDir) {
  const { config } = ts.readConfigFile(inRoot('tsconfig.node.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [entry] }, ts.sys, root)
  const sources = inRoot(entry, '..')
  const ambient = listFiles(sources).filter(file => file.endsWith('.d.ts')).map(file => `${sources}/${file}`)
  const program = ts.createProgram([inRoot(entry), ...ambient], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: sources,
    outDir: inRoot(outDir, 'types'),
  })
  const { diagnostics } = program.emit()
  report([...ts.getPreEmitDiagnostics(program), ...diagnostics])
  const types = listFiles(inRoot(outDir, 'types'))
  const main = entry.split('/').at(-1).replace('.ts', '')
  if (!types.includes(`${main}.d.ts`))
    throw new Error(`no declarations came of ${entry}`)
  writeText(inRoot(outDir, 'index.d.ts'), `export * from './types/${main}.js'\n`)
}

/** Declarations of the client's `folders`, and of `entries` with what they import, each file's in its own place of the plugin. Whether they are right is `npm run typecheck`'s to say. */
export function emitClientTypes(plugin, folders, entries = []) {
  const { config } = ts.readConfigFile(inRoot('tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const files = folders.flatMap(folder => listFiles(inRoot(folder)).filter(file => file.endsWith('.ts')).map(file => inRoot(folder, file))).concat(entries.map(entry => inRoot(entry)))
  const program = ts.createProgram(files, { ...options, noEmit: false, noCheck: true, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: plugin })
  report(program.emit().diagnostics)
}

/** Declarations of these `files` of Node alone, without what they import, from below `sources` to below `outDir`. */
export function emitFiles(files, sources, outDir) {
  const { config } = ts.readConfigFile(inRoot('tsconfig.node.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, root)
  const program = ts.createProgram(files.map(file => inRoot(file)), { ...options, noEmit: false, noCheck: true, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir })
  for (const file of files) {
    const { diagnostics } = program.emit(program.getSourceFile(inRoot(file)), (name, text) => writeText(`${outDir}/${relative(inRoot(sources), inRoot(relative(outDir, name)))}`, text))
    report(diagnostics)
  }
}

function report(diagnostics) {
  if (diagnostics.length > 0)
    throw new Error(ts.formatDiagnostics(diagnostics, { getCanonicalFileName: name => relative(root, name), getCurrentDirectory: () => root, getNewLine: () => '\n' }))
}
