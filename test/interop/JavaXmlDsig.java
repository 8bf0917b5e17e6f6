import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Java's own XML parser, canonicalizer and XML Signature. Each line of standard input is a file, the name of the element whose
 * signature is meant, the type of a public key, and the key in base64. Each answer is a line: `valid` or `invalid`, then the octets of
 * the Reference and of SignedInfo in base64, as far as it came.
 */
final class JavaXmlDsig {
  public static void main(String[] arguments) throws Exception {
    for (String line : new String(System.in.readAllBytes()).split("\n")) {
      String[] words = line.split(" ");
      System.out.println(answer(Path.of(words[0]), words[1], keyOf(words[2], words[3])));
    }
  }

  private static String answer(Path file, String element, PublicKey key) {
    try {
      return verify(file, element, key);
    } catch (Exception refused) {
      return "invalid";
    }
  }

  private static PublicKey keyOf(String type, String base64) throws Exception {
    return KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static String verify(Path file, String element, PublicKey key) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document document = factory.newDocumentBuilder().parse(file.toFile());
    Element signature = null;
    NodeList all = document.getElementsByTagName("*");
    for (int at = 0; at < all.getLength(); at++) {
      Element found = (Element) all.item(at);
      if (found.hasAttribute("ID")) found.setIdAttribute("ID", true);
      Node parent = found.getParentNode();
      boolean meant = XMLSignature.XMLNS.equals(found.getNamespaceURI()) && element.equals(parent.getLocalName());
      if (meant && "Signature".equals(found.getLocalName())) signature = found;
    }
    // The key is given. KeyInfo stands outside of what is signed, and Java would read what nobody asked for.
    Node keyInfo = signature.getElementsByTagNameNS(XMLSignature.XMLNS, "KeyInfo").item(0);
    if (keyInfo != null) signature.removeChild(keyInfo);
    var context = new DOMValidateContext(key, signature);
    context.setProperty("javax.xml.crypto.dsig.cacheReference", true);
    XMLSignature read = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
    String verdict = validates(read, context) ? "valid" : "invalid";
    Reference reference = read.getSignedInfo().getReferences().get(0);
    return verdict + " " + base64(reference.getDigestInputStream()) + " " + base64(read.getSignedInfo().getCanonicalizedData());
  }

  /** What is no signature at all makes Java throw. */
  private static boolean validates(XMLSignature signature, DOMValidateContext context) {
    try {
      return signature.validate(context);
    } catch (XMLSignatureException refused) {
      return false;
    }
  }

  private static String base64(InputStream octets) throws Exception {
    return octets == null ? "" : Base64.getEncoder().encodeToString(octets.readAllBytes());
  }
}
