using System.Reflection;
using System.Runtime.CompilerServices;

namespace Plrs.MLNet.MLNetTrainers;

/// <summary>The members of types that this library is not compiled against.</summary>
internal static class Members
{
    public const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The fields of a type and of its bases, hidden and private ones too, those of the type itself first.</summary>
    public static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        WithBases(type).SelectMany(declaring => declaring.GetFields(AnyInstance | BindingFlags.DeclaredOnly));

    /// <summary>The types declared in a type and in its bases.</summary>
    public static IEnumerable<Type> NestedTypesOf(Type type) =>
        WithBases(type).SelectMany(declaring => declaring.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic));

    /// <summary>The first field of such a type.</summary>
    public static FieldInfo? FieldOf(Type type, Func<Type, bool> isWanted) =>
        FieldsOf(type).FirstOrDefault(field => isWanted(field.FieldType));

    /// <summary>
    /// Copies the options of a trainer, and the objects in them whose types the trainer declares: ML.NET's EarlyStopping counts epochs in
    /// itself, and training with the copy must not reach back into the original.
    /// </summary>
    public static TOptions CopyOptions<TOptions>(TOptions options)
        where TOptions : class
    {
        var copy = (TOptions)MemberwiseClone(options);
        var trainer = options.GetType().DeclaringType;
        foreach (var field in options.GetType().GetFields().Where(field => trainer is not null && field.FieldType.DeclaringType == trainer))
        {
            if (field.GetValue(options) is { } value and not (Enum or Delegate))
            {
                field.SetValue(copy, MemberwiseClone(value));
            }
        }

        return copy;
    }

    private static IEnumerable<Type> WithBases(Type type)
    {
        for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            yield return declaring;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern object MemberwiseClone(object value);
}
