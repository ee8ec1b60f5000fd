#pragma warning disable CA1711, CA1715, CA1812, CA1822, CA1852, CS0067, CS0649, SA1649, IDE0044, IDE0051, IDE0052, IDE0060

namespace Plrs.MLNet.Tests.Rooms;

// What TypeUseTests looks at: a type that uses one other type in every way there is.

internal class UsedBase;

internal interface UsedInterface
{
    void Explicit();
}

internal interface UsedConstraint;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class UsedAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}

internal class UsedAttributeArgument;

internal class UsedField;

internal class UsedProperty;

internal delegate void UsedEvent();

internal class UsedParameter;

internal struct UsedReturn;

internal class UsedGeneric;

internal class UsedOperand;

internal class UsedGenericArgument;

internal class UsedException : Exception;

internal class UsedToken;

internal struct UsedPointer;

internal class UsedInLambda;

internal class UsedInIterator;

internal class UsedInLocalFunction;

internal class UsedByNested;

internal class UsedInExplicit;

internal class NestingType
{
    internal class Inner;
}

internal class NotUsed;

[Used(typeof(List<UsedAttributeArgument>))]
internal sealed unsafe class UsingType<T> : UsedBase, UsedInterface
    where T : UsedConstraint
{
    public UsedField? Field;

    public event UsedEvent? Event;

    public static string NotSeen => nameof(NotUsed);

    public UsedProperty? Property { get; set; }

    public ref UsedReturn Parameters(UsedParameter[] first, Dictionary<string, UsedGeneric?[]> second) => throw new NotSupportedException();

    public object Creation() => new UsedOperand();

    public object Call() => Array.Empty<UsedGenericArgument>();

    public void Caught()
    {
        try
        {
            Call();
        }
        catch (UsedException)
        {
        }
    }

    public object ByNesting() => new NestingType.Inner();

    public Type Token() => typeof(UsedToken);

    public int Pointer(delegate*<UsedPointer*, int> function) => function(null);

    public Func<object> Lambda(int count) => () => count > 0 ? new UsedInLambda() : count;

    public IEnumerable<object> Iterator()
    {
        yield return new UsedInIterator();
    }

    public object InLocalFunction(int count)
    {
        return Local();

        object Local() => count > 0 ? new UsedInLocalFunction() : count;
    }

    void UsedInterface.Explicit() => _ = new UsedInExplicit();

    internal sealed class Nested
    {
        public object Deep() => new UsedByNested();
    }
}
