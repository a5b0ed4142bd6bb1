{{#each images}}
FROM {{this}}
{{/each}}
