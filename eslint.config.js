import antfu from '@antfu/eslint-config'

export default antfu(
  {
    type: 'lib',
    vue: true,
    typescript: true,
    ignores: ['dist', '**/dist', 'examples/*/src/uni_modules', '.tmp', '**/*.md', 'docs/.generated', 'docs/.vitepress/cache', 'docs/public/demo'],
  },
  {
    rules: {
      // sorting would move imports away from the #ifdef comments that guard them
      'perfectionist/sort-imports': 'off',
      'perfectionist/sort-named-imports': 'off',
      'perfectionist/sort-exports': 'off',
      'perfectionist/sort-named-exports': 'off',
      // uni-app inlines process.env at build time, an import of it would not be
      'node/prefer-global/process': 'off',
      'ts/explicit-function-return-type': 'off',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'ts/no-explicit-any': 'error',
      'style/max-statements-per-line': ['error', { max: 2 }],
    },
  },
  {
    files: ['scripts/**', 'cli/**', 'test/**', 'examples/*/src/main.ts', 'examples/**/*.vue', 'examples/*/*.mjs'],
    rules: { 'no-console': 'off', 'antfu/no-top-level-await': 'off' },
  },
  {
    // CommonJS for old Node, as cloud functions and their authors write it
    files: ['uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/**/*.js', 'examples/http-backend/pay-notify/*.js', 'test/**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { 'ts/no-require-imports': 'off', 'prefer-arrow-callback': 'off', 'object-shorthand': 'off', 'unicorn/prefer-node-protocol': 'off' },
  },
)
