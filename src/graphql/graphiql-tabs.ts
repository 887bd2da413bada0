/** The operations that GraphiQL opens with; a test holds them against the schema. */
export const tabs: { query: string; variables?: string }[] = [
  {
    query: `# Who am I?
query WhoAmI {
  viewer {
    user { id name email }
    feedCursor
  }
}
`,
  },
]
