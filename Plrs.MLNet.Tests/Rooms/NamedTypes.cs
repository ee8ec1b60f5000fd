using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Plrs.MLNet.Tests.Rooms;

/// <summary>The types that a type names, anywhere: in its declaration, its members' signatures, attributes and method bodies.</summary>
internal static class NamedTypes
{
    /// <summary>The types named, each with the member that names it, or without one where the type's own declaration does.</summary>
    public static IEnumerable<(string? Member, TypeReference Type)> In(TypeDefinition type)
    {
        var ofDeclaration = Attributes(type)
            .Concat(Constraints(type))
            .Append(type.BaseType)
            .Concat(type.Interfaces.SelectMany(implemented => Attributes(implemented).Append(implemented.InterfaceType)));
        return Named(null, ofDeclaration)
            .Concat(type.Fields.SelectMany(field => Named(field.Name, Attributes(field).Append(field.FieldType))))
            .Concat(type.Properties.SelectMany(property => Named(property.Name, Attributes(property).Append(property.PropertyType))))
            .Concat(type.Events.SelectMany(@event => Named(@event.Name, Attributes(@event).Append(@event.EventType))))
            .Concat(type.Methods.SelectMany(method => Named(method.Name, Signature(method).Concat(Body(method)))));
    }

    /// <summary>A type without arrays, pointers and references to it, and with its generic arguments one by one.</summary>
    public static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericParameter => [],
        FunctionPointerType pointer =>
            [.. Parts(pointer.ReturnType), .. pointer.Parameters.SelectMany(parameter => Parts(parameter.ParameterType))],
        GenericInstanceType generic => [.. Parts(generic.ElementType), .. generic.GenericArguments.SelectMany(Parts)],
        IModifierType modified => [.. Parts(modified.ModifierType), .. Parts(modified.ElementType)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };

    private static IEnumerable<(string? Member, TypeReference Type)> Named(string? member, IEnumerable<TypeReference?> types) =>
        types.OfType<TypeReference>().Select(type => (member, type));

    private static IEnumerable<TypeReference?> Signature(MethodDefinition method) =>
        Attributes(method)
            .Concat(Attributes(method.MethodReturnType))
            .Concat(Constraints(method))
            .Append(method.ReturnType)
            .Concat(method.Parameters.SelectMany(parameter => Attributes(parameter).Append(parameter.ParameterType)))
            .Concat(method.Overrides.SelectMany(OfMethod));

    private static IEnumerable<TypeReference?> Body(MethodDefinition method) => !method.HasBody
        ? []
        : method.Body.Variables.Select(variable => variable.VariableType)
            .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType))
            .Concat(method.Body.Instructions.SelectMany(OfOperand));

    private static IEnumerable<TypeReference?> OfOperand(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method => OfMethod(method),
        CallSite site => OfCall(site),
        _ => [],
    };

    private static IEnumerable<TypeReference?> OfMethod(MethodReference method) =>
        OfCall(method).Append(method.DeclaringType).Concat(method is GenericInstanceMethod generic ? generic.GenericArguments : []);

    private static IEnumerable<TypeReference?> OfCall(IMethodSignature method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => Attributes(parameter).Concat(
            parameter.Constraints.SelectMany(constraint => Attributes(constraint).Append(constraint.ConstraintType))));

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute => attribute.ConstructorArguments
            .Concat(attribute.Fields.Concat(attribute.Properties).Select(named => named.Argument))
            .SelectMany(OfArgument)
            .Append(attribute.AttributeType));

    private static IEnumerable<TypeReference?> OfArgument(CustomAttributeArgument argument) => argument.Value switch
    {
        TypeReference type => [argument.Type, type],
        CustomAttributeArgument boxed => OfArgument(boxed),
        CustomAttributeArgument[] array => array.SelectMany(OfArgument).Append(argument.Type),
        _ => [argument.Type],
    };
}
