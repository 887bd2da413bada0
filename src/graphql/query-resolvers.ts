import { RootFieldBuilder } from '@pothos/core'

type PrismaField = (options: { readonly resolve: unknown; readonly extensions?: object }) => unknown

const prototype = RootFieldBuilder.prototype as unknown as { prismaField: PrismaField }
const { prismaField } = prototype

// A field that reads rows says by the extension `resolveWithQuery` how it resolves once somebody has worked
// out what to read. The Prisma plugin keeps that resolver to itself.
prototype.prismaField = function (this: unknown, options) {
  const { resolve: resolveWithQuery, extensions } = options
  return prismaField.call(this, { ...options, extensions: { ...extensions, resolveWithQuery } })
}
